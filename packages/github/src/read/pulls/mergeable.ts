import { counted } from '../counted.ts';
import type { Check } from './checks.ts';
import type { PullNode } from './pull.query.ts';

export interface MergeState {
  mergeable: 'yes' | 'no' | 'not known yet';
  /** What stands in its way, or what is worth knowing before merging. */
  why: string[];
}

/** Whether it can be merged, and in words why not. With `unread` there are checks that may not be read. */
export function toMergeState(
  pull: PullNode,
  { checks, unresolved, unread = false }: { checks: readonly Check[]; unresolved: number; unread?: boolean },
): MergeState {
  if (pull.state !== 'OPEN') return { mergeable: 'no', why: [`It is ${pull.state.toLowerCase()}.`] };
  const required = (outcome: Check['outcome']) =>
    checks.filter((check) => check.required && check.outcome === outcome).map(({ name }) => name);
  const [failed, pending] = [required('failed'), required('pending')];
  const blocks = [
    ...(pull.isDraft ? ['It is a draft.'] : []),
    ...(pull.mergeable === 'CONFLICTING' ? [`It conflicts with ${pull.baseRefName}.`] : []),
    ...(pull.mergeStateStatus === 'BEHIND'
      ? [`${pull.headRefName} must be updated with ${pull.baseRefName} first.`]
      : []),
    ...(changesRequested(pull) ? ['Changes were requested in a review.'] : []),
    ...(pull.reviewDecision === 'REVIEW_REQUIRED' ? ['An approving review is required.'] : []),
    ...(failed.length > 0 ? [`Required checks failed: ${failed.join(', ')}.`] : []),
    ...(pending.length > 0 ? [`Required checks are not done: ${pending.join(', ')}.`] : []),
  ];
  const blocked = pull.mergeStateStatus === 'BLOCKED';
  if (blocked && blocks.length === 0) {
    blocks.push(
      unresolved > 0
        ? `A rule of ${pull.baseRefName} blocks it, maybe that its ${counted(unresolved, 'open thread has', 'open threads have')} to be resolved.`
        : `A rule of ${pull.baseRefName} blocks it${unread ? ', maybe a check that may not be read' : ''}.`,
    );
  }
  if (blocked || pull.isDraft || pull.mergeable === 'CONFLICTING' || pull.mergeStateStatus === 'BEHIND') {
    return { mergeable: 'no', why: blocks };
  }
  if (pull.mergeable === 'UNKNOWN' || pull.mergeStateStatus === 'UNKNOWN') {
    return {
      mergeable: 'not known yet',
      why: [...blocks, 'GitHub is still computing it; ask again in a few seconds.'],
    };
  }
  const unstable = pull.mergeStateStatus === 'UNSTABLE' ? ['Checks that are not required failed or are not done.'] : [];
  return { mergeable: 'yes', why: [...blocks, ...unstable] };
}

/** Without a rule that wants reviews GitHub decides nothing, but the review was written all the same. */
const changesRequested = ({ reviewDecision, opinions }: PullNode): boolean =>
  reviewDecision === 'CHANGES_REQUESTED' ||
  (!reviewDecision && opinions?.nodes?.some((review) => review?.state === 'CHANGES_REQUESTED') === true);
