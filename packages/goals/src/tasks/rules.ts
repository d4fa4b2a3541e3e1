import { statement } from '@mcp-servers/core/postgres';
import { planLimits } from './plan.ts';

const open = "status IN ('pending', 'in_progress')";
// Found by their own indexes first: an OR over two tables would read all tasks.
const livesIn = `tasks t JOIN goals g ON g.id = t.goal_id
  WHERE t.id = ANY (ARRAY(SELECT unnest($2::text[]) UNION SELECT id FROM tasks WHERE goal_id = ANY ($1::text[]))) AND t.deleted_at IS NULL`;
const below = `tasks t JOIN tasks p ON p.id = t.parent_task_id
  WHERE t.id = ANY (ARRAY(SELECT unnest($2::text[]) UNION SELECT id FROM tasks WHERE parent_task_id = ANY ($2::text[])))`;

/**
 * What must not be, around these goals ($1) and tasks ($2). Of the tasks that were started or finished ($3), blockers that were open
 * already at an event ($5) are no objection. $4 are tasks with another parent.
 */
export const brokenRules = statement(
  'tasks_broken_rules',
  `SELECT 'goal_closed' AS rule, t.id, g.id AS by FROM ${livesIn} AND t.${open} AND NOT g.${open}
   UNION ALL SELECT 'goal_deleted', t.id, g.id FROM ${livesIn} AND g.deleted_at IS NOT NULL
   UNION ALL SELECT 'parent_closed', t.id, p.id FROM ${below} AND t.deleted_at IS NULL AND t.${open} AND NOT p.${open}
   UNION ALL SELECT 'parent_deleted', t.id, p.id FROM ${below} AND t.deleted_at IS NULL AND p.deleted_at IS NOT NULL
   UNION ALL SELECT 'other_goal', t.id, p.id FROM ${below} AND t.goal_id <> p.goal_id
   UNION ALL SELECT 'blocked', t.id, b.id
     FROM tasks t JOIN task_links l ON l.to_task_id = t.id AND l.type = 'blocks' JOIN tasks b ON b.id = l.from_task_id
     WHERE t.id = ANY ($3::text[]) AND t.deleted_at IS NULL AND b.${open} AND b.deleted_at IS NULL AND (
       EXISTS (SELECT 1 FROM events e WHERE e.task_id = b.id AND e.id > $5::bigint AND (e.after ? 'status' OR e.after ? 'deleted_at'))
       OR EXISTS (SELECT 1 FROM events e WHERE e.task_id = t.id AND e.id > $5::bigint AND e.type = 'task_linked'))
   UNION ALL (
     WITH RECURSIVE down AS (
       SELECT id, parent_task_id FROM tasks WHERE id = ANY ($4::text[])
       UNION SELECT t.id, t.parent_task_id FROM tasks t JOIN down ON t.parent_task_id = down.id
     ), up AS (
       SELECT id, parent_task_id, 1 AS levels FROM down
       UNION ALL SELECT up.id, t.parent_task_id, up.levels + 1 FROM up JOIN tasks t ON t.id = up.parent_task_id WHERE up.levels < 100
     )
     SELECT 'too_deep', id, max(levels)::text FROM up GROUP BY id HAVING max(levels) > ${planLimits.depth}
   )`,
);
