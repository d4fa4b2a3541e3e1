import { AppError, CancelledError, ConflictError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { readPull } from '../../read/pulls/index.ts';
import { checkHead } from '../expected-head.ts';
import type { How } from '../run-or-plan.ts';
import { readPullRest } from './pull.ts';

export interface MergeAsked {
  readonly expected_head: string;
  readonly method: 'merge' | 'squash' | 'rebase';
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

export interface Merged {
  readonly merged?: boolean;
  /** Sha on the base branch. */
  readonly commit?: string;
  readonly base?: string;
  readonly mergeable?: string;
  readonly why?: string[];
  readonly checks?: Record<string, unknown>;
  readonly verified?: boolean;
  readonly note?: string;
  /** What could not be read of it. */
  readonly notes?: string[];
}

type Merging = How & { asked: MergeAsked };

/** So much that no note is of a text that was cut: of the rest of a pull request nothing is answered. */
const stateChars = 400_000;

/** Merges exactly the head that was reviewed. Throws ConflictError when it moved, or with what stands in the way. */
export async function mergePull(github: GitHub, name: IssueName, { asked, call, planning }: Merging): Promise<Merged> {
  const { owner, repo, number } = name;
  const expected = asked.expected_head.toLowerCase();
  const before = await readPullRest(github, name, call);
  const done = { merged: true, base: before.base.ref, ...given({ commit: before.merge_commit_sha ?? undefined }) };
  checkHead(`The head of ${issueLabel(name)}`, before.head.sha, expected);
  if (before.merged) return { ...done, verified: true, note: 'It was merged before.' };
  const state = await stateOf(github, name, call);
  if (state.mergeable === 'no') {
    throw new ConflictError(`${issueLabel(name)} cannot be merged: ${(state.why ?? []).join(' ')}`, {
      hint: 'Do what is missing first; github_pull shows checks, reviews and threads.',
      details: { ...state },
    });
  }
  const merge = {
    ...{ owner, repo, pull_number: number, sha: expected, merge_method: asked.method },
    ...given({ commit_title: asked.title, commit_message: asked.message }),
  };
  try {
    await github.rest('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', merge, { ...call, planned: {} });
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof CancelledError) throw error;
    // An answer that was lost, or a repetition that found the work done.
    const after = await readPullRest(github, name, call);
    if (!after.merged) throw error;
  }
  if (planning) return state;
  const { mergeable: _, ...about } = state;
  const after = await readPullRest(github, name, call);
  return {
    ...{ merged: after.merged, base: after.base.ref, verified: after.merged && after.head.sha === expected },
    ...given({ ...about, commit: after.merge_commit_sha ?? undefined }),
  };
}

async function stateOf(
  github: GitHub,
  { owner, repo, number }: IssueName,
  call: GitHubCall,
): Promise<Pick<Merged, 'mergeable' | 'why' | 'checks' | 'notes'>> {
  const asked = { repo: `${owner}/${repo}`, number, include: [] };
  const { pull, checks, notes } = await readPull(github, asked, { ...call, maxChars: stateChars });
  const why = Array.isArray(pull?.why) ? (pull.why as string[]) : undefined;
  return given({ mergeable: String(pull?.mergeable), why, checks, notes: notes.length > 0 ? notes : undefined });
}
