import type { Taken } from '../steps.ts';
import type { Pull, PullChange } from './pull.ts';

/** What was asked for and is not so now; without the rights for it GitHub drops labels and assignees without a word. */
export function notApplied(now: Pull, meant: PullChange, { failed }: Taken): string[] {
  const isFailed = (step: string) => failed.some((failure) => failure.step === step);
  const lower = (names: readonly (string | null | undefined)[] | null | undefined) =>
    new Set(names?.map((name) => name?.toLowerCase()) ?? []);
  const labels = lower(now.labels.map(({ name }) => name));
  const assigned = lower(now.assignees?.map((user) => user?.login));
  const asked = lower(now.requested_reviewers?.map((user) => user?.login));
  const lacking = (names: readonly string[] | undefined, there: ReadonlySet<unknown>) =>
    names?.filter((name) => !there.has(name.toLowerCase())) ?? [];
  const left = meant.remove_labels?.filter((label) => labels.has(label.toLowerCase())) ?? [];
  return [
    ...differs('title', now.title, meant.title),
    ...(meant.body !== undefined && (now.body ?? '') !== meant.body
      ? ['body: what is there now is not what was written; read it again']
      : []),
    ...differs('base', now.base.ref, meant.base),
    ...differs('state', now.state, meant.state),
    ...differs('draft', now.draft ?? false, meant.draft),
    ...(isFailed('add_labels') ? [] : lacking(meant.add_labels, labels).map((label) => `label not set: ${label}`)),
    ...left.map((label) => `label still there: ${label}`),
    ...(isFailed('assignees') ? [] : lacking(meant.assignees, assigned).map((login) => `not assigned: ${login}`)),
    ...(isFailed('reviewers')
      ? []
      : lacking(meant.reviewers, asked).map((login) => `not asked for a review: ${login}`)),
  ];
}

const differs = (name: string, now: unknown, meant: unknown): string[] =>
  meant === undefined || now === meant ? [] : [`${name}: is ${JSON.stringify(now)}`];
