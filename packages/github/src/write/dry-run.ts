import type { GitHub, PlannedRequest } from '../client/index.ts';

/** Ends the work of a dry run at a write whose answer nobody said anything about. */
class PlanEnds extends Error {}

export interface DryRun {
  readonly dry_run: true;
  /** In order; what a request takes from the answer of one before it is shown as a name in angle brackets. */
  readonly requests: readonly PlannedRequest[];
}

/**
 * Runs `work` with reads as they are and every write checked, recorded and not sent. A write with `planned` is answered with that; at
 * one without it the work ends.
 */
export async function dryRun(github: GitHub, work: (recording: GitHub) => Promise<unknown>): Promise<DryRun> {
  const requests: PlannedRequest[] = [];
  const record = (request: PlannedRequest, planned: unknown) => {
    requests.push(request);
    if (planned === undefined) throw new PlanEnds();
    return planned;
  };
  const recording: GitHub = {
    ...github,
    async rest(route, parameters, call) {
      const kind = call.class ?? (/^(GET|HEAD) /.test(route) ? 'read' : 'write');
      if (kind !== 'write') return github.rest(route, parameters, call);
      const data = record(await github.plan(route, parameters, call), call.planned);
      return { status: 200, headers: new Headers(), data: data as never, withheld: 0 };
    },
    async graphql(query, variables, call) {
      const kind = call.class ?? (query.kind === 'mutation' ? 'write' : 'read');
      if (kind !== 'write') return github.graphql(query, variables, call);
      return record(await github.planGraphql(query, variables, call), call.planned) as never;
    },
  };
  try {
    await work(recording);
  } catch (error) {
    if (!(error instanceof PlanEnds)) throw error; // Everything up to here was recorded.
  }
  return { dry_run: true, requests };
}
