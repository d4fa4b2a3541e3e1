import { builtServer, heavyModules, recordStart } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';

test('the first answer is there before a heavy module of Node is loaded', async () => {
  const { answers, loaded } = await recordStart(builtServer(import.meta.url));
  expect(answers[0].result.serverInfo.name).toBe('github');
  expect(loaded).toContain('NativeModule events');
  expect(heavyModules(loaded)).toEqual([]);
});
