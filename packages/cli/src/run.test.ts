import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commands } from './db/index.ts';
import { run } from './run.ts';
import { version } from './version.ts';

async function said(words: string[], env: Record<string, string> = {}) {
  const printed: string[] = [];
  const told: string[] = [];
  const home = path.join(tmpdir(), 'mcp-cli-nobody-makes-this');
  const status = await run(words, {
    env: { MCP_SERVERS_HOME: home, ...env },
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
  });
  return { status, out: printed.join('\n'), err: told.join('\n') };
}

test('help at every level is printed as a result, with status 0', async () => {
  for (const words of [['--help'], ['-h'], ['db', '--help']]) {
    const { status, out } = await said(words);
    expect(status).toBe(0);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`${name}.*${summary.slice(0, 20)}`));
  }
  for (const { name, usage } of commands) {
    const { status, out } = await said(['db', name, '--help']);
    expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining(`Usage: mcp-servers db ${name}`) });
    expect(out).toContain(usage);
  }
  expect(await said(['--version'])).toEqual({ status: 0, out: version, err: '' });
});

test.each([
  [[], 'A command is needed'],
  [['db'], 'db needs a command'],
  [['database'], 'There is no command "database"'],
  [['db', 'exprot'], 'Did you mean "db export"?'],
  [['db', 'status', '--josn'], "Unknown option '--josn'"],
  [['db', 'export', 'a', 'b'], '"b" is one argument too many'],
  [['db', 'import'], 'an argument is missing'],
  [['db', 'stop', 'now'], '"now" is one argument too many'],
])('%j is refused with the usage and status 2', async (words, reason) => {
  const { status, out, err } = await said(words);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toContain(reason);
  expect(err).toContain('Usage: mcp-servers db');
});

test('a configuration that is not usable is explained without its values, with status 1', async () => {
  const { status, err } = await said(['db', 'status'], { DATABASE_URL: 'mysql://u:hunter2@h/d', DB_PORT: 'x' });
  expect(status).toBe(1);
  expect(err).toMatch(/DATABASE_URL: [\s\S]*DB_PORT: /);
  expect(err).not.toContain('hunter2');
});

test('stop refuses to touch a given database, and says why', async () => {
  const { status, err } = await said(['db', 'stop'], { DATABASE_URL: 'postgres://u:hunter2@db.example:5433/d' });
  expect(status).toBe(1);
  expect(err).toContain('the PostgreSQL at db.example:5433, which is not started or stopped from here');
  expect(err).not.toContain('hunter2');
});
