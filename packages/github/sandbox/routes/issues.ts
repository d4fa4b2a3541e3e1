import { canSee, isHiddenBySaml, repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import { findAccount, organizationsOf } from '../model/accounts.ts';
import { everyIssue, type Issue, issuesOf, type StateReason } from '../model/issue.ts';
import { changeIssue, type IssueChange, lockIssue, unlockIssue } from '../model/issue-changes.ts';
import { addIssue } from '../model/issue-store.ts';
import { findIssueType, issueTypesOf } from '../model/issue-types.ts';
import type { Milestone } from '../model/labels.ts';
import { mentionsIn } from '../model/mentions.ts';
import { findMilestone } from '../model/milestones.ts';
import type { Repository } from '../model/repository.ts';
import { forbidden, invalid, notFound, unprocessable } from '../refusal.ts';
import { created, noContent, ok } from '../reply.ts';
import { issueUrl, issueView, issueWithRepository, typeView } from '../views/issue.ts';
import {
  assigneesNamed,
  issueAt,
  issueOfId,
  labelsNamed,
  mayPush,
  mayTriage,
  refuseDisabled,
  tooLong,
} from './issue-at.ts';

interface IssueBody {
  readonly title?: string | number;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: StateReason | null;
  readonly duplicate_issue_id?: number;
  readonly assignee?: string | null;
  readonly assignees?: readonly unknown[];
  readonly labels?: readonly unknown[];
  readonly milestone?: string | number | null;
  readonly type?: string | null | { readonly value?: string | null };
}

const mostBody = 65_536;

export function refuseLongTexts(
  resource: string,
  { title, body }: { title?: unknown; body?: string | null | undefined },
): void {
  if (title !== undefined && String(title).trim() === '')
    throw invalid({ resource, field: 'title', code: 'missing_field' });
  if (String(title ?? '').length > 256) throw invalid(tooLong(resource, 'title', 256));
  if ((body ?? '').length > mostBody) throw invalid(tooLong(resource, 'body', mostBody));
}

const issueTypeOf = (repository: Repository, name: string) => {
  const type = findIssueType(repository, name);
  if (!type) throw invalid({ value: name, resource: 'Issue', field: 'type', code: 'invalid' });
  return type;
};

function milestoneOf(repository: Repository, given: string | number): Milestone {
  const milestone = findMilestone(repository, Number(given));
  if (!milestone) throw invalid({ value: given, resource: 'Issue', field: 'milestone', code: 'invalid' });
  return milestone;
}

/** Labels, assignees and milestone as given; who may not set them is not told. */
function settings(call: Call, repository: Repository, body: IssueBody): IssueChange {
  if (!mayTriage(call, repository)) return {};
  const { labels, milestone, type } = body;
  const assignees = body.assignees ?? (body.assignee === undefined ? undefined : [body.assignee].filter(Boolean));
  const typeName = typeof type === 'object' ? type?.value : type;
  return {
    ...(labels && { labels: labelsNamed(call, repository, labels) }),
    ...(assignees && { assignees: assigneesNamed(call, repository, assignees) }),
    ...(milestone === null && { milestone: null }),
    ...((typeof milestone === 'number' || milestone) && { milestone: milestoneOf(repository, milestone) }),
    ...(typeName && { type: issueTypeOf(repository, typeName) }),
    ...((type === null || typeName === null || typeName === '') && { type: null }),
  };
}

function create(call: Call) {
  const repository = repositoryOf(call);
  const author = actorOf(call);
  if (call.method === 'POST') refuseWithoutWrite(call);
  refuseDisabled(repository);
  const body = bodyOf<IssueBody>(call);
  refuseLongTexts('Issue', { title: body.title, body: body.body });
  const { labels, assignees, milestone, type } = settings(call, repository, body);
  const issue = addIssue(call.state, repository, {
    ...{ author, title: String(body.title), body: body.body ?? null, labels, assignees },
    ...{ milestone: milestone ?? undefined, type: type ?? undefined },
  });
  return created(issueView(call, issue), issueUrl(call.state, issue));
}

/** Tokens for pull requests alone may comment on issues, but not open them. */
function refuseWithoutWrite({ token }: Call): void {
  if (token?.kind === 'fine-grained' && token.permissions.issues !== 'write') {
    throw forbidden('Resource not accessible by personal access token');
  }
}

function update(call: Call) {
  const issue = issueAt(call);
  const actor = actorOf(call);
  const { repository } = issue;
  if (issue.author !== actor && !mayTriage(call, repository)) throw forbidden('Must have admin rights to Repository.');
  const body = bodyOf<IssueBody>(call);
  refuseLongTexts('Issue', { title: body.title, body: body.body });
  if (issue.pull?.merged && body.state === 'open') {
    throw invalid({
      resource: 'PullRequest',
      field: 'state',
      code: 'invalid',
      message: 'Cannot reopen a merged pull request',
    });
  }
  if (body.duplicate_issue_id !== undefined && body.state_reason !== 'duplicate') {
    throw unprocessable('duplicate_issue_id can only be used with state_reason duplicate');
  }
  const duplicateOf = body.duplicate_issue_id === undefined ? undefined : issueOfId(call, body.duplicate_issue_id);
  if (duplicateOf === issue) throw invalid({ resource: 'Issue', field: 'duplicate_issue_id', code: 'invalid' });
  const change: IssueChange = {
    ...settings(call, repository, body),
    ...(body.title !== undefined && { title: String(body.title) }),
    ...(body.body !== undefined && { body: body.body }),
    ...(body.state && { state: body.state }),
    ...(body.state_reason !== undefined && { stateReason: body.state_reason }),
    ...(duplicateOf && { duplicateOf }),
  };
  changeIssue(call.state, issue, { change, actor });
  return ok(issueView(call, issue));
}

type Test = (issue: Issue) => boolean;

/** '*', 'none' or a value, as the filters of lists take them. */
function wild<T>(
  given: string | undefined,
  of: (issue: Issue) => readonly T[],
  is: (value: T, given: string) => boolean,
): Test {
  if (given === undefined) return () => true;
  if (given === '*') return (issue) => of(issue).length > 0;
  if (given === 'none') return (issue) => of(issue).length === 0;
  return (issue) => of(issue).some((value) => is(value, given));
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function filtersOf(call: Call, repository?: Repository): Test[] {
  if (text(call, 'issue_field_values')) throw new Error('fields of issues are not part of the sandbox');
  const state = text(call, 'state') ?? 'open';
  const labels = (text(call, 'labels') ?? '').split(',').filter(Boolean);
  const milestone = text(call, 'milestone');
  if (milestone !== undefined && !['*', 'none'].includes(milestone)) {
    const isKnown = repository && findMilestone(repository, Number(milestone));
    if (!isKnown) throw invalid({ value: milestone, resource: 'Issue', field: 'milestone', code: 'invalid' });
  }
  const mentioned = text(call, 'mentioned');
  const creator = text(call, 'creator');
  const since = Date.parse(text(call, 'since') ?? '');
  for (const [field, login] of Object.entries({ creator, mentioned })) {
    if (login && !findAccount(call.state, login))
      throw invalid({ resource: 'Issue', field, code: 'invalid', value: login });
  }
  return [
    (issue) => state === 'all' || issue.state === state,
    (issue) => labels.every((name) => issue.labels.some((label) => isSame(label.name, name))),
    (issue) => Number.isNaN(since) || issue.updatedAt >= since,
    (issue) => creator === undefined || isSame(issue.author.login, creator),
    (issue) =>
      mentioned === undefined || mentionsIn(call.state, texts(issue)).some(({ login }) => isSame(login, mentioned)),
    wild(
      text(call, 'assignee'),
      (issue) => issue.assignees,
      ({ login }, given) => isSame(login, given),
    ),
    wild(
      milestone,
      (issue) => (issue.milestone ? [issue.milestone] : []),
      ({ number }, given) => number === Number(given),
    ),
    wild(
      text(call, 'type'),
      (issue) => (issue.type ? [issue.type] : []),
      ({ name }, given) => isSame(name, given),
    ),
  ];
}

const texts = (issue: Issue) => [issue.body ?? '', ...issue.comments.map(({ body }) => body)].join('\n');

function listed(call: Call, issues: readonly Issue[], repository?: Repository): Issue[] {
  const tests = filtersOf(call, repository);
  const sort = text(call, 'sort') ?? 'created';
  const key = (issue: Issue) =>
    sort === 'comments' ? issue.comments.length : sort === 'updated' ? issue.updatedAt : issue.createdAt;
  const sorted = issues
    .filter((issue) => tests.every((passes) => passes(issue)))
    .sort((a, b) => key(b) - key(a) || b.id - a.id);
  return text(call, 'direction') === 'asc' ? sorted.reverse() : sorted;
}

/** Issues across repositories that concern the caller. */
function mine(call: Call, within: (repository: Repository) => boolean) {
  const user = actorOf(call);
  const filter = text(call, 'filter') ?? 'assigned';
  const concerns: Readonly<Record<string, Test>> = {
    assigned: (issue) => issue.assignees.includes(user),
    created: (issue) => issue.author === user,
    mentioned: (issue) => mentionsIn(call.state, texts(issue)).includes(user),
    subscribed: (issue) => issue.author === user || issue.comments.some(({ author }) => author === user),
  };
  const found = everyIssue(call.state).filter(
    (issue) =>
      within(issue.repository) &&
      canSee(call, issue.repository) &&
      !isHiddenBySaml(call, issue.repository.owner) &&
      (concerns[filter]?.(issue) ?? (filter === 'all' || issue.repository.owner === user)),
  );
  return page(call, listed(call, found), (issue) => issueWithRepository(call, issue));
}

function lock(call: Call) {
  const issue = issueAt(call, { role: 'triage' });
  const reason = bodyOf<{ lock_reason?: Issue['lockReason'] }>(call).lock_reason ?? null;
  lockIssue(call.state, issue, { actor: actorOf(call), reason });
  return noContent();
}

export const issues: Area = {
  name: 'issues',
  routes: {
    'GET /repos/{owner}/{repo}/issues': (call) => {
      const repository = repositoryOf(call);
      refuseDisabled(repository);
      return page(call, listed(call, [...issuesOf(repository).values()], repository), (issue) =>
        issueView(call, issue),
      );
    },
    'POST /repos/{owner}/{repo}/issues': create,
    'GET /repos/{owner}/{repo}/issues/{issue_number}': (call) => {
      const issue = issueAt(call);
      return ok(issueView(call, issue), { lastModified: issue.updatedAt });
    },
    'PATCH /repos/{owner}/{repo}/issues/{issue_number}': update,
    'PUT /repos/{owner}/{repo}/issues/{issue_number}/lock': lock,
    'DELETE /repos/{owner}/{repo}/issues/{issue_number}/lock': (call) => {
      unlockIssue(call.state, issueAt(call, { role: 'triage' }), actorOf(call));
      return noContent();
    },
    'GET /repos/{owner}/{repo}/issue-types': (call) => {
      const { owner } = repositoryOf(call);
      if (owner.type !== 'Organization') throw notFound();
      return page(call, issueTypesOf(owner), typeView);
    },
    'GET /orgs/{org}/issue-types': (call) => {
      const organization = findAccount(call.state, param(call, 'org'));
      if (organization?.type !== 'Organization') throw notFound();
      return ok(issueTypesOf(organization).map(typeView));
    },
    'GET /issues': (call) => mine(call, () => true),
    'GET /user/issues': (call) => {
      const user = actorOf(call);
      const near = new Set([user, ...organizationsOf(call.state, user)]);
      return mine(call, (repository) => near.has(repository.owner) || mayPush(call, repository));
    },
    'GET /orgs/{org}/issues': (call) => {
      const organization = findAccount(call.state, param(call, 'org'));
      if (organization?.type !== 'Organization') throw notFound();
      return mine(call, (repository) => repository.owner === organization);
    },
  },
};
