import { given } from '../given.ts';
import type { CheckContext } from './pull.query.ts';

export interface Check {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'pending' | 'skipped';
  /** As GitHub says it. */
  readonly state: string;
  readonly required: boolean;
  /** Of GitHub Actions, for github_job_logs. */
  readonly job_id?: number;
  readonly run_id?: number;
  readonly url?: string;
}

const outcomes: Readonly<Record<string, Check['outcome']>> = {
  SUCCESS: 'passed',
  NEUTRAL: 'skipped',
  SKIPPED: 'skipped',
  STALE: 'skipped',
  EXPECTED: 'pending',
  PENDING: 'pending',
};

export function toCheck(context: CheckContext): Check {
  const { isRequired: required } = context;
  if (context.__typename === 'StatusContext') {
    const { context: name, state, targetUrl } = context;
    return {
      name,
      state: state.toLowerCase(),
      outcome: outcomes[state] ?? 'failed',
      required,
      ...given({ url: targetUrl ?? undefined }),
    };
  }
  const { status, conclusion, checkSuite, databaseId, detailsUrl } = context;
  const run = checkSuite?.workflowRun;
  const done = status === 'COMPLETED' ? (conclusion ?? 'NEUTRAL') : undefined;
  return {
    name: run ? `${run.workflow.name} / ${context.name}` : context.name,
    state: (done ?? status).toLowerCase(),
    outcome: done === undefined ? 'pending' : (outcomes[done] ?? 'failed'),
    required,
    ...given({
      job_id: run ? (databaseId ?? undefined) : undefined,
      run_id: run?.databaseId ?? undefined,
      url: run ? undefined : (detailsUrl ?? undefined),
    }),
  };
}

export interface ChecksSummary {
  state: string;
  passed: number;
  failed: number;
  pending: number;
  skipped: number;
  /** Failed first, then pending; the others are counted alone. */
  named: Omit<Check, 'outcome'>[];
  more?: number;
}

const mostNamed = 20;

/** How many checks there are of which kind, and the names of those that failed or are not done. */
export function summarise(checks: readonly Check[], { state, total }: { state: string; total: number }): ChecksSummary {
  const count = (outcome: Check['outcome']) => checks.filter((check) => check.outcome === outcome).length;
  const open = [
    ...checks.filter(({ outcome }) => outcome === 'failed'),
    ...checks.filter(({ outcome }) => outcome === 'pending'),
  ];
  const unseen = total - checks.length + Math.max(0, open.length - mostNamed);
  return {
    state: state.toLowerCase(),
    ...{ passed: count('passed'), failed: count('failed'), pending: count('pending'), skipped: count('skipped') },
    named: open.slice(0, mostNamed).map(({ outcome: _, ...check }) => check),
    ...(unseen > 0 && { more: unseen }),
  };
}
