import { fileURLToPath } from 'node:url';
import { createLog } from '@mcp-servers/core';
import { describeContract } from '@mcp-servers/core/testing';
import { createInternetServer } from './server.ts';
import type { InternetDeps } from './tools/deps.ts';

/** No tool runs in these tests, so there is nothing to depend on. */
const deps = {} as InternetDeps;

describeContract('internet', {
  factory: createInternetServer({ deps, log: createLog({ name: 'test', level: 'silent' }) }),
  snapshot: fileURLToPath(new URL('../tools.contract.json', import.meta.url)),
  maxBytes: 8 * 1024,
});
