export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting';
export type Conclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'startup_failure';

export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string | null;
  readonly message: string;
}

const worst: readonly Conclusion[] = [
  ...(['failure', 'timed_out', 'startup_failure', 'cancelled', 'action_required'] as const),
  ...(['success', 'neutral', 'skipped'] as const),
];

export const worstOf = (conclusions: readonly (Conclusion | null)[]): Conclusion | null =>
  worst.find((conclusion) => conclusions.includes(conclusion)) ?? null;
