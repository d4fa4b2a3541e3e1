import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Entry } from '../packages/core/src/connect/index.ts';
import type { Environment } from '../packages/core/src/index.ts';
import { entryOf, repository } from './bundle.ts';
import { heading } from './report.ts';

export interface Registration {
  /** Absolute path of Node. */
  node: string;
  /** Absolute path of the built server. */
  script: string;
  home: string;
  env: Environment;
  /** Names of settings found in the environment, which a desktop client does not have. */
  settings: readonly string[];
}

/** How a client starts each server; a home that was chosen goes along, because a desktop client does not know the shell's. */
export function serverEntries({ node, home, env }: Pick<Registration, 'node' | 'home' | 'env'>): Record<string, Entry> {
  const own = env.MCP_SERVERS_HOME ? { env: { MCP_SERVERS_HOME: home } } : {};
  return { goals: { command: node, args: [entryOf('goals')], ...own } };
}

/** How to make the server known to each client: lines to paste. */
export function renderRegistration({ node, script, home, env, settings }: Registration): string {
  const own = env.MCP_SERVERS_HOME ? { env: { MCP_SERVERS_HOME: home } } : {};
  const server = { command: node, args: [script], ...own };
  const flags = own.env ? ` --env ${shellQuote(`MCP_SERVERS_HOME=${home}`)}` : '';
  const lines = [
    heading('Add it to your client'),
    '',
    'pnpm connect writes it into the configurations of Claude Desktop, Claude Code, Cursor and VS Code that are there. By hand:',
    '',
    'Claude Desktop: put this into claude_desktop_config.json, then start it anew.',
    '  macOS    ~/Library/Application Support/Claude/claude_desktop_config.json',
    '  Windows  %APPDATA%\\Claude\\claude_desktop_config.json',
    '  Linux    ~/.config/Claude/claude_desktop_config.json',
    '',
    JSON.stringify({ mcpServers: { goals: server } }, null, 2),
    '',
    'Claude Code:',
    `  claude mcp add --scope user goals${flags} -- ${shellQuote(node)} ${shellQuote(script)}`,
    'VS Code:',
    `  code --add-mcp ${shellQuote(JSON.stringify({ name: 'goals', ...server }))}`,
    'Cursor: the JSON above in ~/.cursor/mcp.json, or open',
    `  ${cursorLink(server)}`,
  ];
  if (settings.length > 0) {
    const few = settings.length === 1;
    lines.push(
      '',
      `${settings.join(', ')} ${few ? 'comes' : 'come'} from this shell, which no client knows. Write ${few ? 'it' : 'them'} into`,
      `  ${path.join(home, 'config.env')}`,
      'as NAME=value lines (mode 0600), or the server of your client uses another store.',
    );
  }
  return lines.join('\n');
}

/** https://cursor.com/docs/mcp/install-links */
const cursorLink = (server: object): string =>
  `cursor://anysphere.cursor-deeplink/mcp/install?name=goals&config=${encodeURIComponent(Buffer.from(JSON.stringify(server)).toString('base64'))}`;

/** One word for the shell people have: POSIX, or cmd and PowerShell on Windows. */
export function shellQuote(word: string, platform: string = process.platform): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (platform === 'win32') return `"${word.replaceAll('"', '\\"')}"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The Node that runs this, by a path that stays when the workspace's Node is updated. */
export function stableNode(execPath: string = process.execPath): string {
  const modules = path.join(repository, 'node_modules');
  const real = realpathSync(execPath);
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const packages = existsSync(modules) ? readdirSync(modules).filter((name) => name.startsWith('node-')) : [];
  const found = packages
    .map((name) => path.join(modules, name, 'bin', program))
    .find((file) => existsSync(file) && realpathSync(file) === real);
  return found ?? real;
}
