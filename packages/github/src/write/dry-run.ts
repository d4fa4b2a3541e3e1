import type { GitHub, PlannedRequest } from '../client/index.ts';
import { seenBy } from './targets.ts';
import { isGraphqlWrite, isRestWrite } from './writes.ts';

/** Ends the work of a dry run at a write whose answer nobody said anything about. */
class PlanEnds extends Error {}

export interface DryRun {
  readonly dry_run: true;
  /** In order; what a request takes from the answer of one before it is shown as a name in angle brackets. */
  readonly requests: readonly PlannedRequest[];
}

/**
 * Runs `work` with reads as they are and every write checked, recorded and not sent. A write with `planned` is answered with that; at
 * one without it the work ends. Throws NotFoundError where a REST write is about something that is not there.
 */
export async function dryRun(github: GitHub, work: (recording: GitHub) => Promise<unknown>): Promise<DryRun> {
  const requests: PlannedRequest[] = [];
  const seen = seenBy(github);
  const record = (request: PlannedRequest, planned: unknown) => {
    requests.push(request);
    if (planned === undefined) throw new PlanEnds();
    return planned;
  };
  const recording: GitHub = {
    ...github,
    async rest(route, parameters, call) {
      const fields = parameters as Readonly<Record<string, unknown>>;
      if (!isRestWrite(route, call)) {
        const answer = await github.rest(route, parameters, call);
        if (answer.status < 400) seen.add(route, fields);
        return answer;
      }
      const planned = await github.plan(route, parameters, call);
      await seen.check(route, fields, call);
      const data = record(planned, call.planned);
      return { status: 200, headers: new Headers(), data: data as never, withheld: 0 };
    },
    async graphql(query, variables, call) {
      if (!isGraphqlWrite(query, call)) return github.graphql(query, variables, call);
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
