import type { GitHub, PlannedRequest } from '../client/index.ts';
import { dryRun } from './dry-run.ts';

export interface Mode {
  /** Nothing is sent, so nothing can be read back and every problem is thrown. */
  readonly planning: boolean;
}

export interface Plan {
  readonly dry_run: true;
  readonly requests: PlannedRequest[];
}

/** The work, or the requests that it would send; what the work itself says in a dry run stands beside them. */
export async function runOrPlan<T extends object>(
  github: GitHub,
  planning: boolean,
  work: (port: GitHub, mode: Mode) => Promise<T>,
): Promise<T | (Partial<T> & Plan)> {
  if (!planning) return work(github, { planning });
  let said: Partial<T> = {};
  const { requests } = await dryRun(github, async (port) => {
    said = await work(port, { planning });
  });
  return { ...said, dry_run: true, requests: requests.map(readable) };
}

/** A name that stands for what is not known yet is shown as it is. */
const readable = (request: PlannedRequest): PlannedRequest => ({
  ...request,
  path: request.path.replaceAll(/%3C(\w+)%3E/g, '<$1>'),
});
