import { fileURLToPath } from 'node:url';
import { initialize, recordStart } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

test('the tools are listed before octokit, the limiter, a Redis client, fetch or HTTP are loaded', async () => {
  const { answers, loaded, said } = await recordStart(main, {
    requests: [initialize, { method: 'tools/list' }],
    env: { GITHUB_TOKEN: 'ghp_secret' },
  });
  expect(answers[1].result.tools.map(({ name }: { name: string }) => name)).toContain('github_whoami');
  expect(loaded.some((url) => url.endsWith('/github/src/server.ts'))).toBe(true);
  expect(loaded.filter((url) => /octokit|rate-limiter-flexible|ioredis|\/pg\//.test(url))).toEqual([]);
  expect(loaded.filter((name) => /^NativeModule (http2?|internal\/deps\/undici\/undici)$/.test(name))).toEqual([]);
  expect(said).not.toContain('ghp_secret');
});

test('a setting that is wrong ends it with a sentence', async () => {
  const env = { GITHUB_TOOLSETS: 'nonsense', GITHUB_TOKEN: 'ghp_secret' };
  const { answers, said } = await recordStart(main, { env });
  expect(answers).toEqual([]);
  expect(said).toContain('Unknown toolset: nonsense');
  expect(said).not.toContain('ghp_secret');
});
