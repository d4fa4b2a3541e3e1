import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import { type Issue, type IssueComment, issuesOf } from '../model/issue.ts';
import { addComment, deleteComment, findComment } from '../model/issue-store.ts';
import { crossReference } from '../model/references.ts';
import { forbidden, invalid, notFound } from '../refusal.ts';
import { created, noContent, ok } from '../reply.ts';
import { commentView } from '../views/issue.ts';
import { issueAt, mayPush, refuseOthers, tooLong } from './issue-at.ts';

const mostBody = 65_536;

export function refuseBadBody(resource: string, body: string): void {
  if (body.trim() === '') throw invalid({ resource, code: 'missing_field', field: 'body' });
  if (body.length > mostBody) throw invalid(tooLong(resource, 'body', mostBody));
}

export function commentAt(call: Call): { issue: Issue; comment: IssueComment } {
  const found = findComment(repositoryOf(call), Number(param(call, 'comment_id')));
  if (!found) throw notFound();
  return found;
}

interface Dated {
  readonly id: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A list of comments by `since`, `sort` and `direction` of the query. */
export function inOrder<T>(call: Call, items: readonly T[], of: (item: T) => Dated): T[] {
  const since = Date.parse(text(call, 'since') ?? '');
  const field = text(call, 'sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sorted = items
    .filter((item) => Number.isNaN(since) || of(item).updatedAt >= since)
    .sort((a, b) => of(a)[field] - of(b)[field] || of(a).id - of(b).id);
  return text(call, 'direction') === 'desc' && text(call, 'sort') ? sorted.reverse() : sorted;
}

function create(call: Call) {
  const issue = issueAt(call);
  const author = actorOf(call);
  const { body } = bodyOf<{ body: string }>(call);
  refuseBadBody('IssueComment', body);
  if (issue.locked && !mayPush(call, issue.repository)) {
    throw forbidden('Unable to create comment because issue is locked.');
  }
  const view = commentView(call, issue, addComment(call.state, issue, { author, body }));
  return created(view, view.url);
}

function update(call: Call) {
  const { issue, comment } = commentAt(call);
  refuseOthers(call, issue.repository, comment.author);
  const { body } = bodyOf<{ body: string }>(call);
  refuseBadBody('IssueComment', body);
  comment.body = body;
  comment.updatedAt = call.state.now();
  crossReference(call.state, issue, { text: body, actor: actorOf(call) });
  return ok(commentView(call, issue, comment));
}

export const issueComments: Area = {
  name: 'issue comments',
  routes: {
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': (call) => {
      const issue = issueAt(call);
      return page(
        call,
        inOrder(call, issue.comments, (comment) => comment),
        (comment) => commentView(call, issue, comment),
      );
    },
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': create,
    'GET /repos/{owner}/{repo}/issues/comments': (call) => {
      const all = [...issuesOf(repositoryOf(call)).values()].flatMap((issue) =>
        issue.comments.map((comment) => ({ issue, comment })),
      );
      return page(
        call,
        inOrder(call, all, ({ comment }) => comment),
        ({ issue, comment }) => commentView(call, issue, comment),
      );
    },
    'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) => {
      const { issue, comment } = commentAt(call);
      return ok(commentView(call, issue, comment), { lastModified: comment.updatedAt });
    },
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': update,
    'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': (call) => {
      const { issue, comment } = commentAt(call);
      refuseOthers(call, issue.repository, comment.author);
      deleteComment(call.state, issue, comment);
      return noContent();
    },
  },
};
