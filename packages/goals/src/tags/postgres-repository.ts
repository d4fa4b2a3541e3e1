import { type Queryable, statement } from '@mcp-servers/core/postgres';

export interface TagsRepository {
  /** Makes these the tags of each item. */
  replace(items: readonly { id: string; tags: readonly string[] }[]): Promise<void>;
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

/** Tags of goals and tasks on PostgreSQL. */
export function postgresTags(database: Queryable): TagsRepository {
  return {
    async replace(items) {
      const goals = items.filter((item) => item.id.startsWith('GOAL-'));
      const tasks = items.filter((item) => item.id.startsWith('TASK-'));
      if (goals.length > 0) for (const step of goalTags) await database.query(step, [JSON.stringify(goals)]);
      if (tasks.length > 0) for (const step of taskTags) await database.query(step, [JSON.stringify(tasks)]);
    },
  };
}
