import { fileURLToPath } from 'node:url';
import { createLog } from '@mcp-servers/core';
import { connect, describeContract } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { createGoalsServer } from './server.ts';
import type { GoalsDeps } from './tools/deps.ts';
import { tools } from './tools/index.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** No tool runs in these tests, so there is nothing to depend on. */
const deps = {} as GoalsDeps;

describeContract('goals', {
  factory: createGoalsServer({ deps, log }),
  snapshot: fileURLToPath(new URL('../tools.contract.json', import.meta.url)),
  maxBytes: 20_000,
});

test('a server that only reads offers only tools that read, and does not speak of others', async () => {
  await using connection = await connect(createGoalsServer({ deps, log, selection: { readOnly: true } }));
  const { tools: offered } = await connection.client.listTools();
  expect(offered.map((tool) => tool.name)).toEqual(
    tools.filter((tool) => tool.effect === 'read').map((tool) => tool.name),
  );
  const text = connection.client.getInstructions() ?? '';
  for (const tool of tools) if (tool.effect !== 'read') expect(text).not.toContain(tool.name);
  expect(text).toContain('only reads');
});
