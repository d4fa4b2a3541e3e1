import type { ClientName } from './clients.ts';
import type { Entry } from './servers.ts';

/** What adds one server in one step, where a client has such a thing. */
export interface Shortcut {
  /** For a terminal. */
  command?: string;
  /** Opens the client. */
  link?: string;
}

/** A server's entry -> the client's own command or link for it. `entry` is without `type`. */
export function shortcutOf(client: ClientName, name: string, entry: Entry): Shortcut {
  const { command, args, env = {} } = entry;
  const json = JSON.stringify({ name, ...entry });
  switch (client) {
    case 'claude-code': {
      const flags = Object.entries(env).flatMap(([key, value]) => ['--env', shellQuote(`${key}=${value}`)]);
      const start = [command, ...args].map((word) => shellQuote(word));
      return { command: ['claude mcp add --scope user', name, ...flags, '--', ...start].join(' ') };
    }
    case 'vscode':
      return { command: `code --add-mcp ${shellQuote(json)}`, link: `vscode:mcp/install?${encodeURIComponent(json)}` };
    case 'cursor': {
      // https://cursor.com/docs/mcp/install-links
      const config = encodeURIComponent(Buffer.from(JSON.stringify(entry)).toString('base64'));
      return { link: `cursor://anysphere.cursor-deeplink/mcp/install?name=${name}&config=${config}` };
    }
    case 'claude-desktop':
      return {};
  }
}

/** One word for the shell people have: POSIX, or cmd and PowerShell on Windows. */
export function shellQuote(word: string, platform: string = process.platform): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (platform === 'win32') return `"${word.replaceAll('"', '\\"')}"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
