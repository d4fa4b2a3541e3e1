import { ValidationError } from '@mcp-servers/core';
import type { TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../client/index.ts';
import { addDiscussionComment, discussionCommentText, reactToNode } from './discussion-comment.ts';
import { checkVersion, patchBody, type StoredText, type TextPlace } from './patch-body.ts';

export const reactions = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type Reaction = (typeof reactions)[number];

export interface CommentPlace extends RepositoryName {
  readonly on: 'issue' | 'commit' | 'review' | 'discussion';
  /** Of the issue, pull request or discussion. */
  readonly number?: number | undefined;
  readonly sha?: string | undefined;
  readonly comment_id?: string | undefined;
}

export interface CommentWritten {
  readonly comment_id?: string;
  readonly url?: string;
  readonly updated_at?: string;
  readonly verified: boolean;
  readonly note?: string;
}

type How = { readonly call: GitHubCall };

/** A new comment; read back, byte for byte. */
export async function addComment(
  github: GitHub,
  place: CommentPlace,
  { body, call }: How & { body: string },
): Promise<CommentWritten> {
  const { owner, repo, on, number, sha } = place;
  if (on === 'discussion')
    return addDiscussionComment(github, { ...place, number: required(number, 'number') }, { body, call });
  if (on === 'review') {
    throw new ValidationError('A comment on lines of a pull request is part of a review.', {
      hint: 'Use github_pull_review.',
    });
  }
  const { data } =
    on === 'commit'
      ? await github.rest(
          'POST /repos/{owner}/{repo}/commits/{commit_sha}/comments',
          { owner, repo, commit_sha: required(sha, 'sha'), body },
          call,
        )
      : await github.rest(
          'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { owner, repo, issue_number: required(number, 'number'), body },
          call,
        );
  const there = await textOf(github, { ...place, comment_id: String(data.id) }, call).read();
  return {
    ...{ comment_id: String(data.id), url: data.html_url, updated_at: there.version },
    verified: there.text === body,
  };
}

/** A comment changed by edits, or its whole text replaced. */
export async function editComment(
  github: GitHub,
  place: CommentPlace,
  change: How & { body?: string | undefined; edits?: readonly TextEdit[] | undefined; expected?: string | undefined },
): Promise<CommentWritten> {
  const { body, edits, expected, call } = change;
  const text = textOf(github, place, call);
  const id = required(place.comment_id, 'comment_id');
  if (edits) {
    const { version, verified, note } = await patchBody(text, { edits, expected });
    return { comment_id: id, updated_at: version, verified, ...(note !== undefined && { note }) };
  }
  const whole = required(body, 'body or edits');
  if (expected !== undefined) checkVersion(text.name, (await text.read()).version, expected);
  await text.write(whole);
  const now = await text.read();
  return { comment_id: id, updated_at: now.version, verified: now.text === whole };
}

/** Doing it twice changes nothing more. */
export async function react(
  github: GitHub,
  place: CommentPlace,
  { reaction: content, call }: How & { reaction: Reaction },
): Promise<CommentWritten> {
  const { owner, repo, on, number, comment_id } = place;
  const once = { ...call, idempotent: true };
  if (on === 'discussion') return reactToNode(github, required(comment_id, 'comment_id'), { content, call: once });
  if (comment_id === undefined) {
    if (on !== 'issue') throw new ValidationError(`A reaction to a comment on a ${on} needs comment_id.`);
    const issue = { owner, repo, issue_number: required(number, 'number or comment_id'), content };
    const { status } = await github.rest('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', issue, once);
    return { verified: status === 200 || status === 201 };
  }
  const comment = { owner, repo, comment_id: toId(comment_id), content };
  const route = `POST /repos/{owner}/{repo}/${folders[on]}comments/{comment_id}/reactions` as const;
  const { status } = await github.rest(route, comment, once);
  return { comment_id, verified: status === 200 || status === 201 };
}

const folders = { issue: 'issues/', commit: '', review: 'pulls/' } as const;

/** The text of a comment, wherever it is. */
function textOf(github: GitHub, place: CommentPlace, call: GitHubCall): TextPlace {
  const { owner, repo, on } = place;
  const id = required(place.comment_id, 'comment_id');
  if (on === 'discussion') return discussionCommentText(github, id, call);
  const comment = { owner, repo, comment_id: toId(id) };
  const path = `/repos/{owner}/{repo}/${folders[on]}comments/{comment_id}` as const;
  return {
    name: `comment ${id} in ${owner}/${repo}`,
    read: async () => toStored((await github.rest(`GET ${path}`, comment, call)).data),
    write: async (body) => toStored((await github.rest(`PATCH ${path}`, { ...comment, body }, call)).data),
  };
}

const toStored = ({ body, updated_at }: { body?: string | null; updated_at: string }): StoredText => ({
  text: body ?? '',
  version: updated_at,
});

function toId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ValidationError(`comment_id: "${text.slice(0, 40)}" is not a number.`, {
    hint: 'github_issue with include comments shows ids. Only comments on discussions have others.',
  });
}

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new ValidationError(`${name} must be given for this.`);
}
