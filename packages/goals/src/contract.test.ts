import { fileURLToPath } from 'node:url';
import { createLog, type ToolSelection } from '@mcp-servers/core';
import { connect, describeContract } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { prompts } from './prompts/index.ts';
import { resources } from './resources/index.ts';
import { createGoalsServer } from './server.ts';
import type { GoalsDeps } from './tools/deps.ts';
import { tools } from './tools/index.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** No tool runs in these tests, so there is nothing to depend on. */
const deps = {} as GoalsDeps;

describeContract('goals', {
  factory: createGoalsServer({ deps, log }),
  snapshot: fileURLToPath(new URL('../tools.contract.json', import.meta.url)),
  offers: fileURLToPath(new URL('../offers.contract.json', import.meta.url)),
  maxBytes: 12 * 1024,
});

test('the core toolset fits 6 KB', async () => {
  await using connection = await connect(createGoalsServer({ deps, log, selection: { toolsets: ['core'] } }));
  const { tools: offered } = await connection.client.listTools();
  expect(offered).toHaveLength(8);
  expect(Buffer.byteLength(JSON.stringify(offered))).toBeLessThanOrEqual(6 * 1024);
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

test('prompts that need a tool which is not offered are not offered, nor are resources without get_items', async () => {
  const offeredWith = async (selection: ToolSelection) => {
    await using connection = await connect(createGoalsServer({ deps, log, selection }));
    const { client } = connection;
    const { prompts: has, resources } = client.getServerCapabilities() ?? {};
    return {
      prompts: has ? (await client.listPrompts()).prompts.map(({ name }) => name) : [],
      resources: resources ? (await client.listResourceTemplates()).resourceTemplates.map(({ name }) => name) : [],
    };
  };
  const all = prompts.map(({ name }) => name);
  expect(await offeredWith({})).toEqual({ prompts: all, resources: ['goal', 'task'] });
  expect(await offeredWith({ toolsets: ['core'] })).toEqual({ prompts: all, resources: ['goal', 'task'] });
  expect(await offeredWith({ readOnly: true })).toEqual({ prompts: ['daily-review'], resources: ['goal', 'task'] });
  expect(await offeredWith({ tools: ['get_stats'] })).toEqual({ prompts: [], resources: [] });
});

test('what prompts and resources need are tools of this server', () => {
  const names = tools.map(({ name }) => name);
  for (const { needs = [] } of [...prompts, ...resources]) expect(names).toEqual(expect.arrayContaining([...needs]));
});
