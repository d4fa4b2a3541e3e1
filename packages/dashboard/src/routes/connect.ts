import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Entry } from '@mcp-servers/core/connect';
// Not the whole of connect, which brings a parser for the clients' files.
import { type ClientName, clientNames, clients, configFile } from '@mcp-servers/core/connect/clients';
import { Connect } from '../contract.ts';
import { defineRoute } from '../http/route.ts';

type Shown = Connect['clients'][number];

const systems = { darwin: 'macos', win32: 'windows' } as const;

export const connectRoutes = [
  defineRoute({
    ...{ method: 'get', path: '/api/connect', tag: 'Dashboard', summary: 'How a client starts the servers' },
    answer: Connect,
    async run(_, { about }) {
      const entry = goalsEntry(about.ownHome ? about.home : undefined);
      return {
        clients: clientNames.map((name) => toShown(name, entry)),
        system: systems[process.platform as keyof typeof systems] ?? 'linux',
      };
    },
  }),
];

/** The built server beside this package; where there is none, as in a container, the published one. */
function goalsEntry(home: string | undefined): Entry {
  const built = builtGoals();
  const start = built
    ? { command: process.execPath, args: [built] }
    : { command: 'npx', args: ['-y', '@mcp-servers/goals'] };
  return { ...start, ...(home !== undefined && { env: { MCP_SERVERS_HOME: home } }) };
}

function builtGoals(): string | undefined {
  try {
    const file = fileURLToPath(new URL('../dist/main.js', import.meta.resolve('@mcp-servers/goals')));
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined; // The package is not installed here.
  }
}

function toShown(name: ClientName, entry: Entry): Shown {
  const { title, key, typed } = clients[name];
  const server = typed ? { type: 'stdio' as const, ...entry } : entry;
  const file = (platform: NodeJS.Platform, home: string, env = {}) => configFile(name, { platform, home, env });
  return {
    ...{ id: name, title },
    files: {
      linux: file('linux', '~'),
      macos: file('darwin', '~'),
      windows: file('win32', '%USERPROFILE%', { APPDATA: '%APPDATA%' }),
    },
    config: { [key]: { goals: server } },
    ...shortcut(name, entry),
  };
}

/** What does the same in one step, where the client has such a thing. */
function shortcut(name: ClientName, entry: Entry): Pick<Shown, 'command' | 'link'> {
  const { command, args, env = {} } = entry;
  const json = JSON.stringify({ name: 'goals', ...entry });
  switch (name) {
    case 'claude-code': {
      const flags = Object.entries(env).flatMap(([key, value]) => ['--env', quote(`${key}=${value}`)]);
      const words = ['claude mcp add --scope user goals', ...flags, '--', quote(command), ...args.map(quote)];
      return { command: words.join(' ') };
    }
    case 'vscode':
      return { command: `code --add-mcp ${quote(json)}`, link: `vscode:mcp/install?${encodeURIComponent(json)}` };
    case 'cursor': {
      // https://cursor.com/docs/mcp/install-links
      const config = encodeURIComponent(Buffer.from(JSON.stringify(entry)).toString('base64'));
      return { link: `cursor://anysphere.cursor-deeplink/mcp/install?name=goals&config=${config}` };
    }
    default:
      return {};
  }
}

/** One word for the shell people have: POSIX, or cmd and PowerShell on Windows. */
function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word.replaceAll('"', '\\"')}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
