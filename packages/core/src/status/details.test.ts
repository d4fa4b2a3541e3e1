import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { defineTool } from '../tool.ts';
import { createHealth, describeTools, openStatus, readStatus } from './index.ts';

const greet = defineTool({
  ...{ name: 'greet', title: 'Greet', description: 'Say hello.', effect: 'read' as const },
  input: z.strictObject({ name: z.string() }),
  output: z.object({ text: z.string() }),
  run: async ({ name }) => ({ text: `Hello ${name}` }),
});

test('a process tells its tools and its last calls when asked, and their size with its health', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'details-'));
  const log = createLog({ name: 'test', level: 'silent' });
  const metrics = createMetrics({ prefix: 'test' });
  const tools = describeTools([greet]);
  const self = { server: 'greeter', version: '1.0.0', instance: crypto.randomUUID(), startedAt: new Date(), metrics };
  const health = createHealth({ ...self, checks: {}, tools: tools.size });
  const details = () => ({ tools: tools.list(), calls: metrics.recent().map((call) => ({ ...call })) });
  const status = await openStatus({ ...self, home, health, details, log });
  const plain = await openStatus({ ...self, home, health, log });
  try {
    metrics.observeCall({ operation: 'greet', status: 'success', seconds: 0.002, protocol: '2026-07-28' });
    const told = await readStatus(status.path ?? '', '/details');
    expect(told.tools).toMatchObject([{ name: 'greet', effect: 'read', inputSchema: { required: ['name'] } }]);
    expect(told.calls).toMatchObject([{ operation: 'greet', durationMs: 2 }]);
    const bytes = told.tools[0]?.bytes;
    expect(await readStatus(status.path ?? '', '/health')).toMatchObject({
      tools: { count: 1, bytes },
      protocol: '2026-07-28',
    });
    await expect(readStatus(plain.path ?? '', '/details')).rejects.toMatchObject({ code: 'not_found' });
  } finally {
    await Promise.all([status.close(), plain.close()]);
    await rm(home, { recursive: true, force: true });
  }
});
