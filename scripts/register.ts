import path from 'node:path';
import { type Entries, type Shortcut, shortcutOf } from '../packages/core/src/connect/index.ts';
import { heading } from './report.ts';

export interface Registration {
  /** How a client starts each server. */
  entries: Entries;
  home: string;
  /** Names of settings found in the environment, which a desktop client does not have. */
  settings: readonly string[];
}

/** How to make the servers known to each client: lines to paste. */
export function renderRegistration({ entries, home, settings }: Registration): string {
  const shortcuts = (client: Parameters<typeof shortcutOf>[0], kind: keyof Shortcut): string[] =>
    Object.entries(entries).flatMap(([name, entry]) => {
      const text = shortcutOf(client, name, entry)[kind];
      return text === undefined ? [] : [`  ${text}`];
    });
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
    JSON.stringify({ mcpServers: entries }, null, 2),
    '',
    'Claude Code:',
    ...shortcuts('claude-code', 'command'),
    'VS Code:',
    ...shortcuts('vscode', 'command'),
    'Cursor: the JSON above in ~/.cursor/mcp.json, or open',
    ...shortcuts('cursor', 'link'),
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
