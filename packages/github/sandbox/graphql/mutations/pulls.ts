import { type PullRequest, record } from '../../model/issue.ts';
import type { MergeMethod } from '../../model/pull.ts';
import { mergeableOf, mergeableStateOf } from '../../model/pull-state.ts';
import { setDraft } from '../../model/pulls.ts';
import type { Context } from '../context.ts';
import { unprocessable } from '../errors.ts';
import { loadAs } from '../load.ts';
import { changing } from '../permits.ts';

interface OfPull {
  readonly pullRequestId: string;
}

/** Authors change their own pull requests, those with write access all. */
function pullFor(g: Context, { pullRequestId }: OfPull, name: string): PullRequest {
  const { pull } = loadAs(g, 'PullRequest', pullRequestId);
  changing(g, pull.repository, {
    name,
    permission: 'pull_requests',
    role: pull.author === g.viewer ? 'read' : 'write',
  });
  return pull;
}

const drafting = (name: string, draft: boolean) => (g: Context, input: OfPull) => {
  const pull = pullFor(g, input, name);
  if (pull.state === 'closed') throw unprocessable('Pull request is closed.');
  setDraft(g.state, pull, { draft, actor: g.viewer });
  return { pullRequest: () => g.show.pull(pull) };
};

interface AutoMerge extends OfPull {
  readonly mergeMethod?: 'MERGE' | 'REBASE' | 'SQUASH' | null;
  readonly commitHeadline?: string | null;
  readonly commitBody?: string | null;
  readonly expectedHeadOid?: string | null;
}

export const pulls = {
  convertPullRequestToDraft: drafting('ConvertPullRequestToDraft', true),
  markPullRequestReadyForReview: drafting('MarkPullRequestReadyForReview', false),
  enablePullRequestAutoMerge: (g: Context, input: AutoMerge) => {
    const { pull } = loadAs(g, 'PullRequest', input.pullRequestId);
    changing(g, pull.repository, { name: 'EnablePullRequestAutoMerge', permission: 'pull_requests' });
    const { mergeMethod, commitHeadline, commitBody, expectedHeadOid } = input;
    if (!pull.repository.allowAutoMerge) throw unprocessable('Auto merge is not allowed for this repository');
    if (expectedHeadOid && expectedHeadOid !== pull.pull.head.sha) {
      throw unprocessable(`Head branch was modified. Review and try the merge again.`);
    }
    const status = mergeableStateOf(g.state, pull, mergeableOf(g.state, pull));
    if (status !== 'blocked' && status !== 'unstable' && status !== 'behind') {
      throw unprocessable(`Pull request Pull request is in ${status} status`);
    }
    const method = (mergeMethod ?? 'MERGE').toLowerCase() as MergeMethod;
    pull.pull.autoMerge = { by: g.viewer, method, title: commitHeadline ?? '', message: commitBody ?? '' };
    record(g.state, pull, { event: 'auto_merge_enabled', actor: g.viewer });
    return { actor: () => g.show.account(g.viewer), pullRequest: () => g.show.pull(pull) };
  },
  disablePullRequestAutoMerge: (g: Context, input: OfPull) => {
    const { pull } = loadAs(g, 'PullRequest', input.pullRequestId);
    changing(g, pull.repository, { name: 'DisablePullRequestAutoMerge', permission: 'pull_requests' });
    if (!pull.pull.autoMerge) throw unprocessable("Can't disable auto-merge for this pull request.");
    pull.pull.autoMerge = undefined;
    record(g.state, pull, { event: 'auto_merge_disabled', actor: g.viewer });
    return { actor: () => g.show.account(g.viewer), pullRequest: () => g.show.pull(pull) };
  },
};
