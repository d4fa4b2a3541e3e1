import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { RepositoryName } from '../../client/index.ts';
import type { Place } from '../listing/index.ts';

export const actionShows = ['runs', 'run', 'workflows'] as const;

/** Statuses and conclusions by which GitHub filters runs. */
export const runStatuses = [
  ...(['completed', 'action_required', 'cancelled', 'failure', 'neutral', 'skipped', 'stale', 'success'] as const),
  ...(['timed_out', 'in_progress', 'queued', 'requested', 'waiting', 'pending'] as const),
] as const;

const Text = z.string().min(1).max(250);
export const ActionsQuery = z.strictObject({
  repo: Text,
  show: z.enum(actionShows).optional(),
  run_id: z.int().min(1).optional(),
  attempt: z.int().min(1).optional(),
  workflow: Text.optional(),
  branch: Text.optional(),
  event: Text.optional(),
  status: z.enum(runStatuses).optional(),
  actor: Text.optional(),
  sha: Text.optional(),
  created: Text.optional(),
});
export type ActionsQuery = z.infer<typeof ActionsQuery>;

type Row = Record<string, unknown>;

export interface ActionsAnswer {
  repo: string;
  show: (typeof actionShows)[number];
  /** The one that was asked for. */
  run?: Row;
  /** Runs, workflows, or the jobs of one run: failed ones first. */
  rows: Row[];
  artifacts?: Row[];
  total?: number;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

export interface How {
  readonly name: RepositoryName;
  readonly query: ActionsQuery;
  readonly place: Place | undefined;
  readonly limit: number;
  readonly maxChars: number;
}

export type Part = Omit<ActionsAnswer, 'repo' | 'show' | 'next_cursor'> & { next?: Place | undefined };

const known: Readonly<Record<ActionsAnswer['show'], readonly (keyof ActionsQuery)[]>> = {
  runs: ['workflow', 'branch', 'event', 'status', 'actor', 'sha', 'created'],
  run: ['run_id', 'attempt'],
  workflows: [],
};

/** Throws ValidationError for an argument that means nothing for what is shown, which would be taken for an answer to it. */
export function checkQuery({ repo: _, show: __, ...query }: ActionsQuery, show: ActionsAnswer['show']): void {
  const unknown = Object.keys(query).filter((name) => !known[show].includes(name as keyof ActionsQuery));
  if (unknown.length === 0) return;
  const wants = unknown.includes('attempt') && query.run_id === undefined ? ' attempt: it goes with run_id.' : '';
  throw new ValidationError(`${unknown.join(', ')}: means nothing for show "${show}".${wants}`, {
    hint: `It takes ${known[show].join(', ') || 'no filters'}.`,
  });
}
