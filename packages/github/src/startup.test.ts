import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Says at the end which modules were loaded. */
const recorder = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const urls = [];
  registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
  process.on('exit', () => process.stderr.write('loaded ' + JSON.stringify(urls) + '\\n'));
`)}`;

async function answersOf(requests: readonly object[], env: Record<string, string>) {
  const home = mkdtempSync(path.join(tmpdir(), 'github-start-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', '--import', recorder, main], {
    env: { PATH: process.env.PATH, MCP_SERVERS_HOME: home, ...env },
  });
  const [out, err] = [text(child.stdout), text(child.stderr)];
  for (const [n, request] of requests.entries())
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: n, ...request })}\n`);
  child.stdin.end();
  const [answers, said] = await Promise.all([out, err]);
  const loaded = /^loaded (.*)$/m.exec(said)?.[1];
  return {
    answers: answers
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    said,
    loaded: loaded ? (JSON.parse(loaded) as string[]) : [],
  };
}

const initialize = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

test('the tools are listed before octokit, the limiter or a Redis client are loaded', async () => {
  const { answers, loaded, said } = await answersOf([initialize, { method: 'tools/list' }], {
    GITHUB_TOKEN: 'ghp_secret',
  });
  expect(answers[1].result.tools.map(({ name }: { name: string }) => name)).toContain('github_whoami');
  expect(loaded.some((url) => url.endsWith('/github/src/server.ts'))).toBe(true);
  expect(loaded.filter((url) => /octokit|rate-limiter-flexible|ioredis|\/pg\//.test(url))).toEqual([]);
  expect(said).not.toContain('ghp_secret');
});

test('a setting that is wrong ends it with a sentence', async () => {
  const { answers, said } = await answersOf([initialize], { GITHUB_TOOLSETS: 'nonsense', GITHUB_TOKEN: 'ghp_secret' });
  expect(answers).toEqual([]);
  expect(said).toContain('Unknown toolset: nonsense');
  expect(said).not.toContain('ghp_secret');
});
