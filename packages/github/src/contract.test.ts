import { fileURLToPath } from 'node:url';
import { createLog } from '@mcp-servers/core';
import { connect, describeContract } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { createGitHubServer, toSelection } from './server.ts';
import type { GitHubDeps } from './tools/deps.ts';
import { tools } from './tools/index.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** No tool runs in these tests, so there is nothing to depend on. */
const deps = {} as GitHubDeps;
const settings = {
  ...{ GITHUB_READ_ONLY: false, GITHUB_ALLOW_DESTROY: false },
  ...{ GITHUB_TOOLSETS: undefined, GITHUB_TOOLS: undefined },
};

describeContract('github', {
  factory: createGitHubServer({ deps, log }),
  snapshot: fileURLToPath(new URL('../tools.contract.json', import.meta.url)),
  maxBytes: 40 * 1024,
});

async function offered(given: Partial<Record<keyof typeof settings, unknown>> = {}) {
  const selection = toSelection({ ...settings, ...given } as typeof settings);
  await using connection = await connect(createGitHubServer({ deps, log, selection }));
  return (await connection.client.listTools()).tools;
}

test('the default toolset fits 20 KB and has no tool that destroys', async () => {
  const list = await offered();
  expect(Buffer.byteLength(JSON.stringify(list))).toBeLessThanOrEqual(20 * 1024);
  expect(list.filter(({ annotations }) => annotations?.destructiveHint)).toEqual([]);
});

test('tools that destroy are offered only when that is allowed, and none of them in read-only mode', async () => {
  const destroying = tools.filter(({ effect }) => effect === 'destroy').map(({ name }) => name);
  const namesOf = async (given: object) =>
    (await offered({ GITHUB_TOOLSETS: ['all'], ...given })).map(({ name }) => name);
  const every = tools.map(({ name }) => name);
  expect(await namesOf({ GITHUB_ALLOW_DESTROY: true })).toEqual(every);
  expect(await namesOf({})).toEqual(every.filter((name) => !destroying.includes(name)));
  const reading = tools.filter(({ effect }) => effect === 'read').map(({ name }) => name);
  expect(await namesOf({ GITHUB_ALLOW_DESTROY: true, GITHUB_READ_ONLY: true })).toEqual(reading);
});

test('every tool is in a toolset, and says that it reaches outside', () => {
  for (const tool of tools) {
    expect(tool.toolsets?.length, tool.name).toBeGreaterThan(0);
    expect(tool.openWorld, tool.name).toBe(true);
    expect(tool.name).toMatch(/^github_/);
  }
});
