import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { postgresGoals } from '../goals/postgres-repository.ts';
import type { Goal } from '../goals/types.ts';
import { isGoalId, splitIds } from '../items/ids.ts';
import type { Note } from '../notes/repository.ts';
import { postgresTasks } from '../tasks/postgres-repository.ts';
import type { Link, Task } from '../tasks/types.ts';
import type { Outline } from './outline.ts';

/** What has been read so far. */
export interface Counts {
  goals: number;
  tasks: number;
  links: number;
  notes: number;
  /** Links to or from tasks that are not selected; they are left out. */
  links_outside: number;
}

/** With who made it, and when. */
export interface ExportedLink extends Link {
  created_by: string;
  created_at: Date;
}

/** Reads the contents of an outline for some of its ids at a time. */
export interface Contents {
  outline: Outline;
  /** In the order of the ids. */
  items(ids: readonly string[]): Promise<(Goal | Task)[]>;
  /** Links that point at these tasks. */
  links(ids: readonly string[]): Promise<ExportedLink[]>;
  /** By item, oldest first. */
  notes(ids: readonly string[]): Promise<Note[]>;
}

const selectLinks = statement(
  'export_links',
  `SELECT from_task_id, to_task_id, type, created_by, created_at FROM task_links WHERE to_task_id = ANY ($1::text[])
   UNION SELECT from_task_id, to_task_id, type, created_by, created_at FROM task_links WHERE from_task_id = ANY ($1::text[])
   ORDER BY to_task_id, from_task_id, type`,
);
const selectNotes = statement(
  'export_notes',
  `SELECT id, coalesce(task_id, goal_id) AS item_id, author, kind, body, created_at FROM notes
   WHERE task_id = ANY ($1::text[]) OR goal_id = ANY ($1::text[]) ORDER BY id`,
);

/** Contents of the store at one moment. Counts what it hands out. */
export function openContents(at: Queryable, outline: Outline): Contents & { counts: Counts } {
  const counts: Counts = { goals: 0, tasks: 0, links: 0, notes: 0, links_outside: 0 };
  return {
    outline,
    counts,
    async items(ids) {
      const named = splitIds(ids);
      const goals = named.goals.length > 0 ? await postgresGoals(at).get(named.goals) : [];
      const tasks = named.tasks.length > 0 ? await postgresTasks(at).get(named.tasks) : [];
      counts.goals += goals.length;
      counts.tasks += tasks.length;
      const rows = new Map([...goals, ...tasks].map((row) => [row.id, row]));
      return ids.flatMap((id) => rows.get(id) ?? []);
    },
    async links(ids) {
      const tasks = ids.filter((id) => !isGoalId(id));
      if (tasks.length === 0) return [];
      const here = new Set(tasks);
      const { depths } = outline;
      const all = await at.query<ExportedLink>(selectLinks, [tasks]);
      const inside = all.filter((link) => depths.has(link.from_task_id) && depths.has(link.to_task_id));
      const found = inside.filter((link) => here.has(link.to_task_id));
      counts.links_outside += all.length - inside.length;
      counts.links += found.length;
      return found;
    },
    async notes(ids) {
      const found = await at.query<Note>(selectNotes, [ids]);
      counts.notes += found.length;
      return found;
    },
  };
}

export const isTask = (row: Goal | Task): row is Task => !isGoalId(row.id);
