// The least a server on this SDK can do: a Map behind three tools, over stdio.
// Through core's own dependency: the workspace root has none on the SDK's server half.

import * as z from 'zod';
import { McpServer } from '../../packages/core/node_modules/@modelcontextprotocol/server/dist/index.mjs';
import { serveStdio } from '../../packages/core/node_modules/@modelcontextprotocol/server/dist/stdio.mjs';

const items = new Map<string, Record<string, unknown>>();
for (let number = 1; number <= 1000; number += 1) {
  const id = `TASK-${String(number).padStart(4, '0')}`;
  items.set(id, {
    id,
    goal_id: `GOAL-${String(Math.ceil(number / 10)).padStart(4, '0')}`,
    title: `Check the retry policy of the billing worker ${number}`,
    description: 'Requests to the payment provider are repeated without a limit when the queue is full. '.repeat(3),
    status: 'pending',
    project: 'api',
    priority: 'medium',
    position: number % 10,
    percent: 0,
    tags: ['backend', 'billing'],
    version: 1,
    created_by: 'bench',
    created_at: new Date(1_750_000_000_000 + number).toISOString(),
    updated_at: new Date(1_750_000_000_000 + number).toISOString(),
  });
}

const Rows = z.object({ items: z.array(z.record(z.string(), z.unknown())) });

function answer(found: Record<string, unknown>[]) {
  const structuredContent = { items: found };
  return { content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }], structuredContent };
}

function factory(): McpServer {
  const server = new McpServer({ name: 'floor', version: '1.0.0' });
  server.registerTool(
    'get',
    {
      description: 'Items by id',
      inputSchema: z.strictObject({ ids: z.array(z.string()).min(1).max(100) }),
      outputSchema: Rows,
    },
    ({ ids }) => answer(ids.map((id) => items.get(id) ?? { id, missing: true })),
  );
  server.registerTool(
    'create',
    {
      description: 'Stores an item',
      inputSchema: z.strictObject({ title: z.string().min(1).max(200), tags: z.array(z.string()).max(50).optional() }),
      outputSchema: Rows,
    },
    (input) => {
      const id = `GOAL-${items.size}`;
      items.set(id, { id, ...input });
      return answer([{ id, title: input.title }]);
    },
  );
  return server;
}

serveStdio(factory);
