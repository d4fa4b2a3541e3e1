import type { Call } from '../call.ts';
import { associationOf } from '../model/association.ts';
import { currentLine } from '../model/diff-places.ts';
import type { PullRequest } from '../model/issue.ts';
import { nodeId } from '../model/node-id.ts';
import type { Review } from '../model/pull.ts';
import type { PlacedComment } from '../model/reviews-of.ts';
import { iso } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { issueHtml, rollup } from './issue.ts';
import { pullUrl } from './pull.ts';
import { repositoryUrl } from './repository.ts';
import { bodyFields } from './text.ts';

type Viewing = Pick<Call, 'state' | 'media' | 'user'>;

export function reviewView({ state, media }: Viewing, issue: PullRequest, review: Review) {
  const html = `${issueHtml(state, issue)}#pullrequestreview-${review.id}`;
  const pull = pullUrl(state, issue);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: simpleUser(state, review.author),
    ...bodyFields(media, review.body),
    body: review.body,
    state: review.state as string,
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(issue.repository, review.author),
    _links: { html: { href: html }, pull_request: { href: pull } },
    ...(review.submittedAt !== null && { submitted_at: iso(review.submittedAt) }),
    commit_id: review.commit,
  };
}

export function reviewCommentView({ state, media }: Viewing, issue: PullRequest, { thread, comment }: PlacedComment) {
  const { objects } = issue.repository;
  const url = `${repositoryUrl(state, issue.repository)}/pulls/comments/${comment.id}`;
  const html = `${issueHtml(state, issue)}#discussion_r${comment.id}`;
  const pull = pullUrl(state, issue);
  const head = issue.pull.head.sha;
  const line = currentLine(objects, thread, { head, line: thread.line });
  const isOutdated = thread.subject === 'line' && line === null;
  const position = thread.position ?? 1;
  return {
    url,
    pull_request_review_id: comment.review.id,
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    diff_hunk: thread.diffHunk,
    path: thread.path,
    commit_id: isOutdated ? thread.commit : head,
    original_commit_id: thread.commit,
    user: simpleUser(state, comment.author),
    ...bodyFields(media, comment.body),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    html_url: html,
    pull_request_url: pull,
    author_association: associationOf(issue.repository, comment.author),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
    reactions: rollup(url, comment.reactions),
    start_line: thread.startLine === undefined ? null : currentLine(objects, thread, { head, line: thread.startLine }),
    original_start_line: thread.startLine ?? null,
    start_side: thread.startSide ?? null,
    line: thread.subject === 'file' ? 1 : line,
    original_line: thread.line ?? 1,
    side: thread.side,
    subject_type: thread.subject,
    original_position: position,
    position: isOutdated ? null : position,
    ...(comment.inReplyTo !== undefined && { in_reply_to_id: comment.inReplyTo }),
  };
}
