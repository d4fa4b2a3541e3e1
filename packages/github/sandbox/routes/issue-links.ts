import { canSee } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param } from '../call.ts';
import type { Issue } from '../model/issue.ts';
import { addBlocker, addSubIssue, moveSubIssue, removeBlocker, removeSubIssue } from '../model/issue-links.ts';
import { notFound } from '../refusal.ts';
import { created, ok } from '../reply.ts';
import { issueWithRepository } from '../views/issue.ts';
import { issueAt, issueOfId } from './issue-at.ts';

const path = '/repos/{owner}/{repo}/issues/{issue_number}';
const triage = { role: 'triage' } as const;
/** Those of the list that the caller may know of. */
const seen = (call: Call, issues: readonly Issue[]) => issues.filter(({ repository }) => canSee(call, repository));
const view = (call: Call) => (issue: Issue) => issueWithRepository(call, issue);

/** Sub-issues, parents and dependencies. */
export const issueLinks: Area = {
  name: 'issue links',
  routes: {
    [`GET ${path}/sub_issues`]: (call) => page(call, seen(call, issueAt(call).subIssues), view(call)),
    [`GET ${path}/parent`]: (call) => {
      const { parent } = issueAt(call);
      if (!parent || !canSee(call, parent.repository)) throw notFound();
      return ok(view(call)(parent));
    },
    [`POST ${path}/sub_issues`]: (call) => {
      const parent = issueAt(call, triage);
      const body = bodyOf<{ sub_issue_id: number; replace_parent?: boolean }>(call);
      const child = issueOfId(call, body.sub_issue_id);
      addSubIssue(call.state, parent, { child, actor: actorOf(call), replaceParent: body.replace_parent === true });
      return created(view(call)(parent));
    },
    [`DELETE ${path}/sub_issue`]: (call) => {
      const parent = issueAt(call, triage);
      const child = issueOfId(call, bodyOf<{ sub_issue_id: number }>(call).sub_issue_id);
      removeSubIssue(call.state, parent, { child, actor: actorOf(call) });
      return ok(view(call)(parent));
    },
    [`PATCH ${path}/sub_issues/priority`]: (call) => {
      const parent = issueAt(call, triage);
      const body = bodyOf<{ sub_issue_id: number; after_id?: number; before_id?: number }>(call);
      const of = (id: number | undefined) => (id === undefined ? undefined : issueOfId(call, id));
      moveSubIssue(parent, {
        ...{ child: issueOfId(call, body.sub_issue_id), after: of(body.after_id), before: of(body.before_id) },
      });
      return ok(view(call)(parent));
    },
    [`GET ${path}/dependencies/blocked_by`]: (call) => page(call, seen(call, issueAt(call).blockedBy), view(call)),
    [`GET ${path}/dependencies/blocking`]: (call) => page(call, seen(call, issueAt(call).blocking), view(call)),
    [`POST ${path}/dependencies/blocked_by`]: (call) => {
      const issue = issueAt(call, triage);
      const blocker = issueOfId(call, bodyOf<{ issue_id: number }>(call).issue_id);
      addBlocker(call.state, issue, { blocker, actor: actorOf(call) });
      return created(view(call)(issue));
    },
    [`DELETE ${path}/dependencies/blocked_by/{issue_id}`]: (call) => {
      const issue = issueAt(call, triage);
      const blocker = issueOfId(call, Number(param(call, 'issue_id')));
      removeBlocker(call.state, issue, { blocker, actor: actorOf(call) });
      return ok(view(call)(issue));
    },
  },
};
