import { AppError, CancelledError, ConflictError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { readPull } from '../../read/pulls/index.ts';
import type { Mode } from '../run-or-plan.ts';
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
}

type How = Mode & { asked: MergeAsked; call: GitHubCall };

/** Enough for the state; the rest of a pull request is not looked at. */
const stateChars = 8000;

/** Merges exactly the head that was reviewed. Throws ConflictError when it moved, or with what stands in the way. */
export async function mergePull(github: GitHub, name: IssueName, { asked, call, planning }: How): Promise<Merged> {
  const { owner, repo, number } = name;
  const expected = asked.expected_head.toLowerCase();
  const before = await readPullRest(github, name, call);
  const done = { merged: true, base: before.base.ref, ...given({ commit: before.merge_commit_sha ?? undefined }) };
  if (before.head.sha !== expected) {
    throw new ConflictError(
      `The head of ${issueLabel(name)} is ${before.head.sha}, not ${expected}; nothing was merged.`,
      {
        hint: 'Read what was pushed and its checks, then decide again.',
        details: { actual: before.head.sha, expected },
      },
    );
  }
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
  const after = await readPullRest(github, name, call);
  return {
    ...{ merged: after.merged, base: after.base.ref, verified: after.merged && after.head.sha === expected },
    ...given({ commit: after.merge_commit_sha ?? undefined, checks: state.checks }),
  };
}

async function stateOf(
  github: GitHub,
  { owner, repo, number }: IssueName,
  call: GitHubCall,
): Promise<Pick<Merged, 'mergeable' | 'why' | 'checks'>> {
  const asked = { repo: `${owner}/${repo}`, number, include: [] };
  const { pull, checks } = await readPull(github, asked, { ...call, maxChars: stateChars });
  const why = Array.isArray(pull?.why) ? (pull.why as string[]) : undefined;
  return given({ mergeable: String(pull?.mergeable), why, checks });
}
