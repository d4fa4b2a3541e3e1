import { ValidationError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../client/index.ts';
import { resolveCommit } from '../read/commit.ts';
import {
  addDiscussionComment,
  discussionCommentText,
  reactToDiscussion,
  reactToDiscussionComment,
} from './discussion-comment.ts';
import { type PatchAsked, patchBody, readBack, type StoredText, type TextPlace } from './patch-body.ts';

export const reactions = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
export type Reaction = (typeof reactions)[number];

export interface CommentPlace extends RepositoryName {
  readonly on: 'issue' | 'commit' | 'review' | 'discussion';
  /** Of the issue, pull request or discussion. */
  readonly number?: number | undefined;
  /** Of a commit: branch, tag or sha. */
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

type Calling = { readonly call: GitHubCall };

/** A new comment; read back, byte for byte. */
export async function addComment(
  github: GitHub,
  place: CommentPlace,
  { body, call }: Calling & { body: string },
): Promise<CommentWritten> {
  const { owner, repo, on, number } = place;
  if (on === 'discussion')
    return addDiscussionComment(github, { ...place, number: required(number, 'number') }, { body, call });
  if (on === 'review') {
    throw new ValidationError('A comment on lines of a pull request is part of a review.', {
      hint: 'Use github_pull_review.',
    });
  }
  const commit = on === 'commit' ? await commitOf(github, place, call) : '';
  const { data } =
    on === 'commit'
      ? await github.rest(
          'POST /repos/{owner}/{repo}/commits/{commit_sha}/comments',
          { owner, repo, commit_sha: commit, body },
          call,
        )
      : await github.rest(
          'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { owner, repo, issue_number: required(number, 'number'), body },
          call,
        );
  const comment_id = String(data.id);
  const { version, ...stored } = await readBack(textOf(github, { ...place, comment_id }, call), body);
  return { comment_id, url: data.html_url, updated_at: version, ...stored };
}

const commitOf = (github: GitHub, { owner, repo, sha }: CommentPlace, call: GitHubCall): Promise<string> =>
  resolveCommit(github, { owner, repo, ref: required(sha, 'sha') }, call);

/** A comment changed by edits, or its whole text replaced. */
export async function editComment(
  github: GitHub,
  place: CommentPlace,
  { call, ...change }: Calling & PatchAsked,
): Promise<CommentWritten> {
  const id = required(place.comment_id, 'comment_id');
  const { version, ...patched } = await patchBody(textOf(github, place, call), change);
  return { comment_id: id, updated_at: version, ...patched };
}

/** Doing it twice changes nothing more. */
export async function react(
  github: GitHub,
  place: CommentPlace,
  { reaction: content, call }: Calling & { reaction: Reaction },
): Promise<CommentWritten> {
  const { owner, repo, on, number, comment_id } = place;
  if (on === 'discussion') {
    if (comment_id !== undefined) return reactToDiscussionComment(github, comment_id, { content, call });
    return reactToDiscussion(
      github,
      { owner, repo, number: required(number, 'number or comment_id') },
      { content, call },
    );
  }
  const once = { ...call, idempotent: true };
  if (comment_id === undefined) {
    if (on !== 'issue') throw new ValidationError(`A reaction to a comment on a ${on} needs comment_id.`);
    const issue = { owner, repo, issue_number: required(number, 'number or comment_id'), content };
    const { data } = await github.rest('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', issue, once);
    return { verified: data.content === content };
  }
  const comment = { owner, repo, comment_id: toId(comment_id), content };
  const route = `POST /repos/{owner}/{repo}/${folders[on]}comments/{comment_id}/reactions` as const;
  const { data } = await github.rest(route, comment, once);
  return { comment_id, verified: data.content === content };
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
