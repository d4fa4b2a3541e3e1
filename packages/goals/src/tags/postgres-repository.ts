import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { rename, renameSteps } from './rename.ts';

export interface TagsRepository {
  /** Makes these the tags of each item. */
  replace(items: readonly { id: string; tags: readonly string[] }[]): Promise<void>;
  /** Gives every item with the one tag the other; locks the items, raises their versions and answers what changed. */
  rename(change: { from: string; to: string; project?: string | undefined }): Promise<Retagged[]>;
  /** How many items have it, ignoring case; at most `limit`. */
  count(where: { tag: string; project?: string | undefined }, limit: number): Promise<number>;
  /** Up to three tags that look like this one. */
  near(where: { tag: string; project?: string | undefined }): Promise<string[]>;
}

/** A goal or task with other tags; `goal_id` of a goal is its own id. */
export interface Retagged {
  id: string;
  goal_id: string;
  before: string[];
  after: string[];
  version: number;
}

const remove = (table: string, column: string) => `DELETE FROM ${table} t
  USING jsonb_to_recordset($1::jsonb) AS x(id text, tags jsonb)
  WHERE t.${column} = x.id AND NOT x.tags ? t.tag`;

/** What is equal ignoring case in PostgreSQL's eyes, if not in JavaScript's, is there already. */
const add = (table: string, column: string) => `INSERT INTO ${table} (${column}, tag)
  SELECT x.id, tag FROM jsonb_to_recordset($1::jsonb) AS x(id text, tags jsonb), jsonb_array_elements_text(x.tags) AS tag
  ON CONFLICT DO NOTHING`;

// Two statements: parts of one do not see each other, and a tag that only changes its case must be gone before it is added.
const goalTags = [
  statement('tags_remove_goals', remove('goal_tags', 'goal_id')),
  statement('tags_add_goals', add('goal_tags', 'goal_id')),
];
const taskTags = [
  statement('tags_remove_tasks', remove('task_tags', 'task_id')),
  statement('tags_add_tasks', add('task_tags', 'task_id')),
];

const tagged = `SELECT g.project, x.tag FROM goal_tags x JOIN goals g ON g.id = x.goal_id
  UNION ALL SELECT t.project, x.tag FROM task_tags x JOIN tasks t ON t.id = x.task_id`;
const count = statement(
  'tags_count',
  `SELECT count(*) AS n FROM (
     SELECT 1 FROM (${tagged}) x WHERE lower(x.tag) = lower($1) AND x.project = coalesce($2, x.project) LIMIT $3) found`,
);
const near = statement(
  'tags_near',
  `SELECT tag FROM (
     SELECT min(tag) AS tag, lower(tag) AS folded FROM (${tagged}) x WHERE project = coalesce($2, project) GROUP BY 2
   ) x WHERE similarity(folded, lower($1)) > 0.3 ORDER BY similarity(folded, lower($1)) DESC, folded LIMIT 3`,
);

/** Tags of goals and tasks on PostgreSQL. */
export function postgresTags(database: Queryable): TagsRepository {
  return {
    async replace(items) {
      const goals = items.filter((item) => item.id.startsWith('GOAL-'));
      const tasks = items.filter((item) => item.id.startsWith('TASK-'));
      if (goals.length > 0) for (const step of goalTags) await database.query(step, [JSON.stringify(goals)]);
      if (tasks.length > 0) for (const step of taskTags) await database.query(step, [JSON.stringify(tasks)]);
    },

    async rename({ from, to, project }) {
      const goals = await rename(database, renameSteps.goals, { from, to, project });
      return [...goals, ...(await rename(database, renameSteps.tasks, { from, to, project }))];
    },

    async count({ tag, project }, limit) {
      const [row] = await database.query<{ n: number }>(count, [tag, project ?? null, limit]);
      return row?.n ?? 0;
    },

    async near({ tag, project }) {
      const rows = await database.query<{ tag: string }>(near, [tag, project ?? null]);
      return rows.map((row) => row.tag);
    },
  };
}
