import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { inPortions } from '../work/portions.ts';
import type { Retagged } from './postgres-repository.ts';

interface Kind {
  table: 'goals' | 'tasks';
  tags: 'goal_tags' | 'task_tags';
  column: 'goal_id' | 'task_id';
}

/**
 * The statements for one kind of item. Several, because parts of one do not see each other: after the wait for the locks the
 * tags are read anew, and a tag that only changes its case must be gone before it is added.
 */
function stepsFor({ table, tags, column }: Kind) {
  // $1 the tag, $2 its new name, $3 a project or null. Ignoring case in PostgreSQL's eyes, as its unique indexes do.
  const wanted = `SELECT i.id FROM ${table} i JOIN ${tags} x ON x.${column} = i.id
    WHERE lower(x.tag) = lower($1) AND x.tag <> $2 AND i.project = coalesce($3, i.project)`;
  const tagsOf = `ARRAY(SELECT tag FROM ${tags} WHERE ${column} = i.id ORDER BY lower(tag))`;
  return {
    lock: statement(
      `tags_rename_lock_${table}`,
      `SELECT FROM ${table} WHERE id IN (${wanted}) ORDER BY seq FOR NO KEY UPDATE`,
    ),
    read: statement(
      `tags_rename_read_${table}`,
      `SELECT i.id, ${tagsOf} AS before FROM ${table} i WHERE i.id IN (${wanted}) ORDER BY i.seq`,
    ),
    remove: statement(
      `tags_rename_remove_${table}`,
      `DELETE FROM ${tags} WHERE ${column} = ANY ($1::text[]) AND lower(tag) IN (lower($2), lower($3))`,
    ),
    add: statement(
      `tags_rename_add_${table}`,
      `INSERT INTO ${tags} (${column}, tag) SELECT id, $2 FROM unnest($1::text[]) AS given (id) ON CONFLICT DO NOTHING`,
    ),
    // The version is raised by every update of the row.
    touch: statement(
      `tags_rename_touch_${table}`,
      `UPDATE ${table} i SET title = i.title WHERE i.id = ANY ($1::text[])
       RETURNING i.id, i.version, ${table === 'goals' ? 'i.id' : 'i.goal_id'} AS goal_id, ${tagsOf} AS after`,
    ),
  };
}

export const renameSteps = {
  goals: stepsFor({ table: 'goals', tags: 'goal_tags', column: 'goal_id' }),
  tasks: stepsFor({ table: 'tasks', tags: 'task_tags', column: 'task_id' }),
};

/** So many items are changed by one statement that none runs into its time limit. */
const portion = 1000;

/** Renames a tag on the items of one kind, in a transaction. */
export async function rename(
  database: Queryable,
  steps: ReturnType<typeof stepsFor>,
  { from, to, project }: { from: string; to: string; project?: string | undefined },
): Promise<Retagged[]> {
  const wanted = [from, to, project ?? null];
  await database.query(steps.lock, wanted);
  const rows = await database.query<Pick<Retagged, 'id' | 'before'>>(steps.read, wanted);
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const before = new Map(rows.map((row) => [row.id, row.before]));
  const changed: Retagged[] = [];
  for (const some of inPortions(ids, portion)) {
    await database.query(steps.remove, [some, from, to]);
    await database.query(steps.add, [some, to]);
    for (const row of await database.query<Omit<Retagged, 'before'>>(steps.touch, [some]))
      changed.push({ ...row, before: before.get(row.id) ?? [] });
  }
  return changed;
}
