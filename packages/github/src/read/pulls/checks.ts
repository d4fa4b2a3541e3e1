import type { Missing } from '../../client/index.ts';
import { given } from '../given.ts';
import type { CheckContext, PullNode } from './pull.query.ts';

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
  /** That the credential may not read. */
  unreadable?: number;
}

/** The checks of a pull request, as far as they may be read. */
export interface ReadChecks {
  readonly checks: readonly Check[];
  /** Undefined where there are none. */
  readonly summary?: ChecksSummary | { readonly state: 'not readable' };
  /** GitHub's words, where it refuses some or all of them. */
  readonly refused?: string;
}

/** Of an answer and what it lacks: checks that may not be read are not the same as none. */
export function readChecks(head: PullNode['head'], missing: readonly Missing[]): ReadChecks {
  const refused = missing.find(isOfChecks)?.message;
  const rollup = head.nodes?.[0]?.commit.statusCheckRollup;
  if (!rollup)
    return refused === undefined ? { checks: [] } : { checks: [], summary: { state: 'not readable' }, refused };
  const contexts = rollup.contexts.nodes ?? [];
  const checks = contexts.filter((context) => context !== null).map(toCheck);
  const unreadable = contexts.length - checks.length;
  const summary = summarise(checks, { state: rollup.state, total: rollup.contexts.totalCount - unreadable });
  if (unreadable === 0) return { checks, summary };
  return { checks, summary: { ...summary, unreadable }, refused: refused ?? 'GitHub gives no reason' };
}

/** One context, the whole, or the commit that they are of. */
export const isOfChecks = (missing: Missing): missing is Extract<Missing, { kind: 'part' }> =>
  missing.kind === 'part' && /\.(head|checked|statusCheckRollup)(\.|$)/.test(missing.path);

export function refusedChecks({ refused, checks }: ReadChecks): string[] {
  if (refused === undefined) return [];
  const which = checks.length > 0 ? 'Some checks' : 'The checks';
  const way = /not accessible by personal access token/i.test(refused)
    ? ' A fine-grained token cannot be given Checks: a classic token, or a GitHub App with Checks: read, sees them.'
    : '';
  return [`${which} may not be read with this credential ("${refused}"), so some may fail unseen.${way}`];
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
