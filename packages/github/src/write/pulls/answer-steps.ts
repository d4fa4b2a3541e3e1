import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { tellingCarriedOut } from '../carried-out.ts';
import type { How } from '../run-or-plan.ts';
import { listed } from '../saying.ts';
import type { Step } from '../steps.ts';
import { repeatable } from '../writes.ts';
import { resolveQuery, threadPullsQuery, unresolveQuery } from './thread.query.ts';

/** What is said to reviews that are there. */
export interface AnswersAsked {
  readonly replies?: readonly { readonly comment_id: number; readonly body: string }[] | undefined;
  /** Node ids of threads. */
  readonly resolve?: readonly string[] | undefined;
  readonly unresolve?: readonly string[] | undefined;
  /** Takes the word of a review that approved or asked for changes away. */
  readonly dismiss?: { readonly review_id: number; readonly message: string } | undefined;
}

/** GitHub would resolve threads of whatever pull request they are. Throws ValidationError that names those that are not of this one. */
export async function checkThreads(
  github: GitHub,
  { resolve = [], unresolve = [], pullId, ...name }: IssueName & AnswersAsked & { pullId: string },
  call: GitHubCall,
): Promise<void> {
  const ids = [...new Set([...resolve, ...unresolve])];
  if (ids.length === 0) return;
  const { nodes } = await github.graphql(threadPullsQuery, { ids }, call);
  const others = ids.filter((_, index) => nodes[index]?.pullRequest?.id !== pullId);
  if (others.length === 0) return;
  throw new ValidationError(`Nothing was sent. No threads of ${issueLabel(name)}: ${listed(others)}.`, {
    hint: 'github_pull shows the ids of its threads.',
  });
}

/** Replies, threads and a dismissal, one by one; `differs` is called for each that is not stored as it was meant. */
export function answerSteps(
  github: GitHub,
  { replies = [], resolve = [], unresolve = [], dismiss, ...name }: IssueName & AnswersAsked,
  { differs, ...how }: How & { differs: () => void },
): Step[] {
  const checking = (name: string, run: () => Promise<boolean>): Step => ({
    name,
    async run() {
      if (!(await run())) differs();
    },
  });
  const thread = (threadId: string, isResolved: boolean) =>
    checking(`${isResolved ? 'resolve' : 'unresolve'} ${threadId}`, async () => {
      const query = isResolved ? resolveQuery : unresolveQuery;
      const planned = { changed: { thread: { isResolved } } };
      const { changed } = await github.graphql(query, { input: { threadId } }, { ...repeatable(how.call), planned });
      return changed?.thread?.isResolved === isResolved;
    });
  return [
    ...replies.map(({ comment_id, body }) =>
      checking(`reply to ${comment_id}`, () => reply(github, { ...name, comment_id, body }, how)),
    ),
    ...resolve.map((id) => thread(id, true)),
    ...unresolve.map((id) => thread(id, false)),
    ...(dismiss
      ? [checking(`dismiss ${dismiss.review_id}`, () => dismissReview(github, { ...name, ...dismiss }, how.call))]
      : []),
  ];
}

/** Whether it is stored as it was sent. */
function reply(
  github: GitHub,
  { owner, repo, number, comment_id, body }: IssueName & { comment_id: number; body: string },
  { call, planning }: How,
): Promise<boolean> {
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies';
  const asked = { owner, repo, pull_number: number, comment_id, body };
  return tellingCarriedOut(github, async (port) => {
    const { data } = await port.rest(route, asked, { ...call, planned: { id: 0 } });
    if (planning) return true;
    const read = { owner, repo, comment_id: data.id };
    return (await port.rest('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', read, call)).data.body === body;
  });
}

async function dismissReview(
  github: GitHub,
  { owner, repo, number, review_id, message }: IssueName & { review_id: number; message: string },
  call: GitHubCall,
): Promise<boolean> {
  const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals';
  const asked = { owner, repo, pull_number: number, review_id, message };
  return (await github.rest(route, asked, { ...call, planned: { state: 'DISMISSED' } })).data.state === 'DISMISSED';
}
