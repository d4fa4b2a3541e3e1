import { type Queryable, statement } from '@mcp-servers/core/postgres';

export interface TagsRepository {
  /** Makes these the tags of each item. */
  replace(items: readonly { id: string; tags: readonly string[] }[]): Promise<void>;
}

/** Data-modifying parts of one statement do not see each other: what stays is neither removed nor added. */
const replace = (table: string, column: string) => `WITH given AS (
    SELECT x.id, tag FROM jsonb_to_recordset($1::jsonb) AS x(id text, tags jsonb), jsonb_array_elements_text(x.tags) AS tag
  ), removed AS (
    DELETE FROM ${table} t USING jsonb_to_recordset($1::jsonb) AS x(id text)
    WHERE t.${column} = x.id AND NOT EXISTS (SELECT 1 FROM given WHERE given.id = t.${column} AND given.tag = t.tag)
  )
  INSERT INTO ${table} (${column}, tag)
  SELECT id, tag FROM given WHERE NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.${column} = given.id AND t.tag = given.tag)`;

const replaceGoalTags = statement('tags_replace_goals', replace('goal_tags', 'goal_id'));
const replaceTaskTags = statement('tags_replace_tasks', replace('task_tags', 'task_id'));

/** Tags of goals and tasks on PostgreSQL. */
export function postgresTags(database: Queryable): TagsRepository {
  return {
    async replace(items) {
      const goals = items.filter((item) => item.id.startsWith('GOAL-'));
      const tasks = items.filter((item) => item.id.startsWith('TASK-'));
      if (goals.length > 0) await database.query(replaceGoalTags, [JSON.stringify(goals)]);
      if (tasks.length > 0) await database.query(replaceTaskTags, [JSON.stringify(tasks)]);
    },
  };
}
