import { defineTool } from '@mcp-servers/core';
import * as z from 'zod';
import {
  Acceptance,
  Description,
  ExternalRef,
  Metadata,
  Minutes,
  Percent,
  Person,
  Position,
  Priority,
  Project,
  Status,
  Tags,
  Title,
  Version,
  When,
} from '../items/fields.ts';
import { GoalId, ItemId, TaskId } from '../items/ids.ts';
import { updateItems as update } from '../work/update.ts';
import { renderUpdated } from '../work/written-text.ts';
import type { GoalsDeps } from './deps.ts';
import { Rows } from './schemas.ts';

const Patch = z.strictObject({
  id: ItemId,
  expected_version: Version.optional(),
  title: Title.optional(),
  description: Description.nullable().optional(),
  status: Status.optional(),
  priority: Priority.optional(),
  project: Project.optional(),
  due_at: When.nullable().optional(),
  defer_until: When.nullable().optional(),
  estimate_minutes: Minutes.nullable().optional(),
  percent: Percent.optional(),
  acceptance: Acceptance.optional(),
  assignee: Person.nullable().optional(),
  external_ref: ExternalRef.nullable().optional(),
  position: Position.optional(),
  goal_id: GoalId.optional().describe('move with its sub-tasks'),
  parent_task_id: TaskId.nullable().optional(),
  add_tags: Tags.optional(),
  remove_tags: Tags.optional(),
  metadata: Metadata.optional().describe('merged; null removes a key'),
});

export const updateItems = defineTool({
  name: 'update_items',
  title: 'Update items',
  description: 'Change 1-100 items: only the named fields, null clears one; an outcome per item.',
  effect: 'write',
  toolsets: ['core'],
  input: z.strictObject({
    items: z.array(Patch).min(1).max(100),
    open_tasks: z.enum(['refuse', 'complete', 'cancel']).default('refuse').describe('of closed goals'),
    all_or_nothing: z.boolean().default(false),
  }),
  output: z.object({ items: Rows }),

  async run(input, { store, identify }: GoalsDeps, call) {
    const { items } = await update(store, input, { caller: identify(call), signal: call.signal });
    call.annotate({ item_ids: items.map(({ id }) => id) });
    return { items: items.map((item) => ({ ...item })) };
  },

  text: renderUpdated,
});
