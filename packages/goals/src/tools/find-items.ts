import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import { ExternalRef, Person, Priority, Project, Status, Tag, When } from '../items/fields.ts';
import { GoalId, TaskId } from '../items/ids.ts';
import { findItems as find } from '../work/find.ts';
import { renderPage } from '../work/text.ts';
import type { GoalsDeps } from './deps.ts';
import { Fields, MaxChars, Rows } from './schemas.ts';

const tags = z.array(Tag).min(1).max(50).optional();

/** All of them must hold. */
const Filters = z.strictObject({
  kind: z.enum(['goal', 'task']).optional(),
  project: Project.optional(),
  goal_id: GoalId.optional(),
  parent_task_id: TaskId.optional(),
  status: z.array(Status).min(1).max(4).optional(),
  priority: z.array(Priority).min(1).max(4).optional(),
  ready: z.boolean().optional(),
  blocked: z.boolean().optional(),
  overdue: z.boolean().optional(),
  leased: z.boolean().optional(),
  deleted: z.boolean().optional(),
  stale_days: z.int().min(1).max(3650).optional().describe('untouched'),
  tags_any: tags,
  tags_all: tags,
  assignee: Person.optional(),
  external_ref: ExternalRef.optional(),
  due_before: When.optional(),
  due_after: When.optional(),
  updated_since: When.optional(),
});

export const findItems = defineTool({
  name: 'find_items',
  title: 'Find items',
  description: 'List or search goals and tasks: text ("phrase", OR, -word) and filters.',
  effect: 'read',
  toolsets: ['core'],
  input: z.strictObject({
    text: z.string().trim().min(1).max(500).optional(),
    where: Filters.default({}),
    sort: z.enum(['relevance', 'updated', 'created', 'due', 'priority']).optional(),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(1000).optional(),
    fields: Fields,
    max_chars: MaxChars,
  }),
  output: z.object({
    items: Rows,
    total: z.int().min(0).max(1000),
    total_is_at_least: z.boolean().optional(),
    truncated: z.boolean().optional(),
    next_cursor: z.string().optional(),
  }),

  async run({ max_chars: _, where, ...input }, { store }: GoalsDeps, call) {
    return find(store, { ...input, ...where }, { maxChars: call.maxChars });
  },

  text: renderPage,
});
