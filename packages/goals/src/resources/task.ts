import { defineResource } from '@mcp-servers/core';
import * as z from 'zod';
import { TaskId } from '../items/ids.ts';
import type { GoalsDeps } from '../tools/deps.ts';
import { readDocument } from '../work/document.ts';
import { completeId } from './complete-id.ts';

export const taskResource = defineResource({
  name: 'task',
  title: 'Task',
  description:
    'A task as Markdown: status, acceptance, links, result, sub-tasks with check boxes, notes and latest changes.',
  uri: 'task://{id}',
  mimeType: 'text/markdown',
  needs: ['get_items'],
  variables: z.object({ id: TaskId }),

  async read({ id }, { store }: GoalsDeps, call) {
    call.annotate({ task_id: id });
    return readDocument(store, id, { maxChars: call.maxChars });
  },

  complete: ({ prefix }, { store }) => completeId(store, prefix, { kind: 'task' }),
});
