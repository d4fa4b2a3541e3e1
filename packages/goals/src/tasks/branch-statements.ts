import { statement } from '@mcp-servers/core/postgres';

const columns = `t.id, t.goal_id, t.parent_task_id, t.title, t.status, t.lease_holder, t.lease_instance, t.lease_until,
  t.version, t.deleted_at, t.seq`;

/** What deleting, restoring and purging do with whole branches of tasks, however large. */
export const branchStatements = {
  read: statement(
    'tasks_branches',
    `WITH RECURSIVE below AS (
       SELECT id FROM tasks WHERE id = ANY ($2::text[])
       UNION
       SELECT t.id FROM tasks t JOIN below ON t.parent_task_id = below.id
     )
     SELECT ${columns} FROM tasks t WHERE t.goal_id = ANY ($1::text[])
     UNION
     SELECT ${columns} FROM tasks t JOIN below USING (id)
     ORDER BY seq`,
  ),

  softDelete: statement(
    'tasks_soft_delete',
    `UPDATE tasks SET deleted_at = $2::timestamptz,
       status = CASE WHEN status = 'in_progress' AND lease_until IS NOT NULL THEN 'pending' ELSE status END,
       lease_holder = NULL, lease_instance = NULL, lease_token = NULL, lease_until = NULL
     WHERE id = ANY ($1::text[]) AND deleted_at IS NULL RETURNING id, version`,
  ),

  restore: statement(
    'tasks_restore',
    'UPDATE tasks SET deleted_at = NULL WHERE id = ANY ($1::text[]) AND deleted_at IS NOT NULL RETURNING id, version',
  ),

  purge: statement('tasks_purge', 'DELETE FROM tasks WHERE id = ANY ($1::text[]) AND deleted_at IS NOT NULL'),

  dependantsOf: statement(
    'tasks_dependants_of',
    `SELECT d.id, d.title FROM tasks d
     WHERE d.id IN (
         SELECT l.to_task_id FROM task_links l JOIN tasks b ON b.id = l.from_task_id
         WHERE l.from_task_id = ANY ($1::text[]) AND l.type = 'blocks' AND b.status IN ('pending', 'in_progress'))
       AND d.status IN ('pending', 'in_progress') AND d.deleted_at IS NULL AND NOT d.id = ANY ($1::text[])
     ORDER BY d.seq`,
  ),

  takenRefs: statement(
    'tasks_taken_refs',
    `SELECT d.id, d.external_ref, t.id AS taken_by FROM tasks d
     JOIN tasks t ON t.project = d.project AND t.external_ref = d.external_ref AND t.deleted_at IS NULL AND t.id <> d.id
     WHERE d.id = ANY ($1::text[]) ORDER BY d.seq`,
  ),
};
