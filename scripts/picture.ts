// Draws docs/start.svg from what `pnpm start` writes, in a fresh home: `pnpm run docs:picture`.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { terminalSvg } from './terminal-svg.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'mcp-picture-'));
// As root, the database's own user must be able to enter.
await chmod(folder, 0o711);
try {
  const home = path.join(folder, 'home');
  const script = path.join(import.meta.dirname, 'start.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@mcp-servers/source', script], {
    env: { PATH: process.env.PATH, HOME: folder, MCP_SERVERS_HOME: home, FORCE_COLOR: '1' },
  });
  const lines = stdout.replaceAll(home, '~/.mcp-servers').split('\n');
  const end = lines.findIndex((line) => stripVTControlCharacters(line).startsWith('Add it to your client'));
  const shown = ['$ npx -y pnpm@12.21.0 start', '', ...lines.slice(0, end)].join('\n').trimEnd().split('\n');
  const title = 'What pnpm start shows: an agent plans a small web shop, claims tasks and finishes them';
  await writeFile(path.join(import.meta.dirname, '../docs/start.svg'), terminalSvg(shown, title));
} finally {
  await rm(folder, { recursive: true, force: true });
}
