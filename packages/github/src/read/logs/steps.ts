import type { LogLine } from './lines.ts';

export interface Step {
  readonly number: number;
  readonly name: string;
  readonly conclusion: string | null;
  readonly started_at?: string | null | undefined;
  readonly completed_at?: string | null | undefined;
}

/** What the runner writes when a step begins. */
const beginning = /^##\[group\]Run |^Post job cleanup\.|^Cleaning up orphan processes/;

/**
 * Which step a line is of. GitHub gives the log of a job in one piece and the times of its steps in whole seconds, so a step begins at
 * the first line of its second that looks like a beginning, or at the latest when that second is over.
 */
export function createStepOf(steps: readonly Step[]): (line: LogLine) => Step | undefined {
  const ran = steps
    .filter(({ conclusion, started_at }) => conclusion !== 'skipped' && started_at)
    .sort((a, b) => a.number - b.number);
  let index = 0;
  return ({ time, text }) => {
    for (let next = ran[index + 1]; next !== undefined && time !== undefined; next = ran[index + 1]) {
      const begins = Date.parse(next.started_at ?? '');
      const begun = beginning.test(text) ? time >= begins : time >= begins + 1000;
      if (!begun) break;
      index += 1;
      // One beginning is that of one step, even where several share a second.
      if (beginning.test(text) && time < begins + 1000) break;
    }
    return ran[index];
  };
}

export const hasFailed = ({ conclusion }: Pick<Step, 'conclusion'>): boolean =>
  conclusion === 'failure' || conclusion === 'timed_out' || conclusion === 'cancelled';
