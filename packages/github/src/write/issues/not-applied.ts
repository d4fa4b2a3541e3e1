import { differs, hasName, textDiffers, without } from '../differences.ts';
import { isFailed, type Taken } from '../steps.ts';
import type { Labelling } from './label-steps.ts';

/** What an issue and a pull request have both, as it is now. */
export interface Now {
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly state: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

/** What must be so; nothing is said of what is not given. */
export interface Meant extends Labelling {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly state?: string | undefined;
  /** All there are to be, but for those added and removed. */
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
}

/**
 * What was asked for and is not so now, but for steps that failed, which are told as such. Without the rights for it GitHub drops
 * labels and assignees without a word.
 */
export function notApplied(now: Now, meant: Meant, taken: Taken): string[] {
  const { labels, add_labels = [], remove_labels = [], assignees } = meant;
  const wanted = [...(labels ?? []), ...(isFailed(taken, 'add_labels') ? [] : add_labels)];
  const removed = remove_labels.filter((label) => !isFailed(taken, `remove label ${label}`));
  const surplus = labels ? without(now.labels, [...labels, ...add_labels]) : [];
  const isAssigned = !isFailed(taken, 'assignees');
  return [
    ...differs('title', now.title, meant.title),
    ...textDiffers('body', now.body, meant.body),
    ...differs('state', now.state, meant.state),
    ...without(wanted, [...now.labels, ...remove_labels]).map((label) => `label not set: ${label}`),
    ...now.labels
      .filter((label) => hasName(removed, label) || hasName(surplus, label))
      .map((label) => `label still there: ${label}`),
    ...(isAssigned ? without(assignees, now.assignees).map((login) => `not assigned: ${login}`) : []),
    ...(isAssigned && assignees ? without(now.assignees, assignees).map((login) => `still assigned: ${login}`) : []),
  ];
}
