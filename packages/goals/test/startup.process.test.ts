import { builtServer, heavyModules, recordStart } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';

test('the first answer is there before a heavy module of Node is loaded', async () => {
  // Not the embedded database: the server ends before it would be of use.
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const { answers, loaded } = await recordStart(builtServer(import.meta.url), { env });
  expect(answers[0].result.serverInfo.name).toBe('goals');
  expect(loaded).toContain('NativeModule events');
  expect(heavyModules(loaded)).toEqual([]);
});
