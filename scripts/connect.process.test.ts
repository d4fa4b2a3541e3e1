import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test as plain } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

const test = plain.extend<{ user: { home: string; connect(...words: string[]): Promise<Outcome> } }>({
  // biome-ignore lint/correctness/noEmptyPattern: what vitest asks for
  user: async ({}, use) => {
    const home = await mkdtemp(path.join(tmpdir(), 'connect-'));
    const env = {
      ...process.env,
      HOME: home,
      USERPROFILE: home,
      APPDATA: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
    };
    const options = { cwd: root, env: { ...env, CLAUDE_CONFIG_DIR: '', MCP_SERVERS_HOME: path.join(home, 'servers') } };
    const script = ['--conditions=@mcp-servers/source', 'scripts/connect.ts'];
    const connect = (...words: string[]): Promise<Outcome> =>
      promisify(execFile)(process.execPath, [...script, ...words], options).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (error: Outcome) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
      );
    await use({ home, connect });
    await rm(home, { recursive: true });
  },
});

test('the change is shown and not written without --yes, then written, then taken back', async ({ user }) => {
  const file = path.join(user.home, '.cursor', 'mcp.json');
  const text = '{ "mcpServers": { "other": { "command": "x", "env": { "TOKEN": "hunter2" } } } }\n';
  await mkdir(path.dirname(file));
  await writeFile(file, text);

  const shown = await user.connect('cursor');
  expect(shown.stdout).toContain('+ "goals": {');
  expect(shown.stdout).toContain('Add --yes');
  expect(shown.stdout).not.toContain('hunter2');
  expect(await readFile(file, 'utf8')).toBe(text);

  expect((await user.connect('cursor', '--yes')).stdout).toContain('Cursor: written.');
  const { goals, other } = JSON.parse(await readFile(file, 'utf8')).mcpServers;
  expect(other.env.TOKEN).toBe('hunter2');
  const help = await promisify(execFile)(goals.command, [...goals.args, '--help']);
  expect(help.stdout).toContain('mcp-goals');
  expect((await user.connect('cursor', '--yes')).stdout).toContain('has the servers already');

  expect((await user.connect('--undo')).stdout).toContain('as it was');
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('without a name only clients that are there are written', async ({ user }) => {
  expect((await user.connect('--yes')).stdout).toContain('No client was found');
  await mkdir(path.join(user.home, '.cursor'));
  const { stdout } = await user.connect('--yes');
  expect(stdout).toContain('Cursor: written');
  expect(stdout).not.toContain('Claude');
});

test('a broken file is refused with the place, in words and without a stack', async ({ user }) => {
  await writeFile(path.join(user.home, '.claude.json'), '{\n  "a": 1,,\n}');
  const { code, stderr } = await user.connect('claude-code', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain('line 2, column 10');
  expect(stderr).not.toContain('    at ');
  expect((await user.connect('nobody')).stderr).toContain('Clients: claude-desktop, claude-code, cursor, vscode');
  expect((await user.connect('--what')).code).toBe(2);
  expect((await user.connect('--undo')).stderr).toContain('Nothing was written');
});
