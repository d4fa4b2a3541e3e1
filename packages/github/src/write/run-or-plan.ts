import type { GitHub, GitHubCall, PlannedRequest } from '../client/index.ts';
import { tellingCarriedOut } from './carried-out.ts';
import { dryRun } from './dry-run.ts';

export interface Mode {
  /** Nothing is sent, so nothing can be read back and every problem is thrown. */
  readonly planning: boolean;
}

/** What a write is given beside what to write. */
export interface How extends Mode {
  readonly call: GitHubCall;
}

export interface Plan {
  readonly dry_run: true;
  readonly requests: PlannedRequest[];
}

/**
 * The work, or the requests that it would send; what the work itself says in a dry run stands beside them. An error tells what was
 * carried out before it.
 */
export async function runOrPlan<T extends object>(
  github: GitHub,
  planning: boolean,
  work: (port: GitHub, mode: Mode) => Promise<T>,
): Promise<T | (Partial<T> & Plan)> {
  if (!planning) return tellingCarriedOut(github, (port) => work(port, { planning }));
  let said: Partial<T> = {};
  const { requests } = await dryRun(github, async (port) => {
    said = await work(port, { planning });
  });
  return { ...said, dry_run: true, requests: shortened(requests.map(readable)) };
}

/** A name that stands for what is not known yet is shown as it is. */
const readable = (request: PlannedRequest): PlannedRequest => ({
  ...request,
  path: request.path.replaceAll(/%3C(\w+)%3E/g, '<$1>'),
});

/** Of all requests together. */
const shownChars = 6000;
/** Of one text, when they have more. */
const textChars = 200;

/** Long texts as their beginning where an answer would be too long with them whole: most of them are the caller's own. */
function shortened(requests: PlannedRequest[]): PlannedRequest[] {
  if (JSON.stringify(requests).length <= shownChars) return requests;
  return requests.map(({ body, ...request }) => (body === undefined ? request : { ...request, body: beginning(body) }));
}

const beginning = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (_, value) =>
    typeof value === 'string' && value.length > textChars
      ? `${value.slice(0, textChars)}… (${value.length} characters)`
      : value,
  );
