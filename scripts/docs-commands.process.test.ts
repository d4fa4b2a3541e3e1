import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codeBlocks } from './markdown.ts';

const root = path.resolve(import.meta.dirname, '..');
const run = promisify(execFile);

/** Of one block, on a machine that has much else to do. */
const timeLimitMs = 120_000;

/** Documents whose `sh` blocks are run in order in one fresh home each; `sh norun` blocks are only read. */
const documents = ['README.md', ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (file) => file.endsWith('.md') && commandsOf(file).length > 0,
);

function commandsOf(file: string) {
  return codeBlocks(readFileSync(path.join(root, file), 'utf8')).filter(
    ({ info: [language, ...flags] }) => language === 'sh' && !flags.includes('norun'),
  );
}

/**
 * Runs the script of package.json as pnpm does, without installing first. A document that says `pnpm start` is run as it is on a
 * machine that is set up.
 */
const standIn = `#!/bin/sh
[ "$1" = run ] && shift
name=$1; shift
script=$(node -p 'require("./package.json").scripts[process.argv[1]] ?? "exit 64"' "$name")
exec sh -c "$script \\"\\$@\\"" pnpm "$@"
`;

function withTerminal() {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-docs-'));
  // As root, the database's own user must be able to enter.
  chmodSync(folder, 0o711);
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, text] of [
    ['pnpm', standIn],
    ['npx', '#!/bin/sh\nshift 2\nexec pnpm "$@"\n'],
  ] as const) {
    writeFileSync(path.join(bin, name), text);
    chmodSync(path.join(bin, name), 0o755);
  }
  const home = path.join(folder, 'home');
  const path_ = [bin, path.join(root, 'node_modules/.bin'), path.dirname(process.execPath), '/usr/bin', '/bin'];
  const env = { PATH: path_.join(':'), HOME: folder, TMPDIR: folder, MCP_SERVERS_HOME: home, LOG_LEVEL: 'warn' };
  return {
    home,
    sh: (script: string) => run('sh', ['-euc', script], { cwd: root, env, timeout: timeLimitMs }),
    async [Symbol.asyncDispose]() {
      // Nothing runs where the commands stopped it; the folder goes in any case.
      if (existsSync(home))
        await run('node', ['packages/cli/dist/main.js', 'db', 'stop'], { cwd: root, env }).catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const windows = process.platform === 'win32';

test.skipIf(windows).each(documents)(
  'the commands of %s work as written',
  { timeout: 2 * timeLimitMs },
  async (file) => {
    await using terminal = withTerminal();
    for (const { body, line } of commandsOf(file)) {
      const failure = await terminal.sh(body).then(
        () => undefined,
        (error: { stdout: string; stderr: string; message: string }) =>
          `${error.message}\n${error.stdout}\n${error.stderr}`,
      );
      expect(failure, `${file}:${line}`).toBeUndefined();
    }
  },
);
