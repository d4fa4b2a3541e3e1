import { fileURLToPath } from 'node:url';
import { createLog } from '@mcp-servers/core';
import { describeContract } from '@mcp-servers/core/testing';
import { createGoalsServer } from './server.ts';
import type { GoalsDeps } from './tools/deps.ts';

const log = createLog({ name: 'test', level: 'silent' });

/** No tool runs in these tests, so there is nothing to depend on. */
const deps = {} as GoalsDeps;

describeContract('goals', {
  factory: createGoalsServer({ deps, log }),
  snapshot: fileURLToPath(new URL('../tools.contract.json', import.meta.url)),
  maxBytes: 20_000,
});
