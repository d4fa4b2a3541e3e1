import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../home.ts';

export const clientNames = ['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const;
export type ClientName = (typeof clientNames)[number];

interface ClientFacts {
  title: string;
  /** Where its servers stand in the file. */
  key: 'mcpServers' | 'servers';
  /** Comments and trailing commas, which the others refuse. */
  comments: boolean;
  /** Says `"type": "stdio"` with each server. */
  typed: boolean;
  /** What the person does for the change to take effect. */
  afterwards: string;
}

/** As their documents say: modelcontextprotocol.io, code.claude.com, cursor.com and code.visualstudio.com. */
export const clients: Readonly<Record<ClientName, ClientFacts>> = {
  'claude-desktop': {
    title: 'Claude Desktop',
    key: 'mcpServers',
    comments: false,
    typed: false,
    afterwards: 'Quit Claude Desktop and start it again.',
  },
  'claude-code': {
    title: 'Claude Code',
    key: 'mcpServers',
    comments: false,
    typed: true,
    afterwards: 'Start a new session; /mcp shows the servers.',
  },
  cursor: {
    title: 'Cursor',
    key: 'mcpServers',
    comments: false,
    typed: false,
    afterwards: 'Cursor finds the change by itself; its settings show the servers.',
  },
  vscode: {
    title: 'VS Code',
    key: 'servers',
    comments: true,
    typed: true,
    afterwards: 'VS Code finds the change by itself and asks whether you trust the server.',
  },
};

/** The system a configuration lies on; given in tests. */
export interface ClientPlace {
  platform: NodeJS.Platform;
  /** The user's folder. */
  home: string;
  env: Environment;
}

export const clientPlace = (env: Environment): ClientPlace => ({ platform: process.platform, home: homedir(), env });

const containerMarks = ['/.dockerenv', '/run/.containerenv'];

/** Where the clients' files lie; undefined in a container, whose clients are outside. */
export function placeInReach(
  env: Environment,
  exists: (file: string) => boolean = existsSync,
): ClientPlace | undefined {
  const contained = containerMarks.some(exists) || Boolean(env.KUBERNETES_SERVICE_HOST || env.container);
  return contained ? undefined : clientPlace(env);
}

/** Whether the client has been used here: its file or, where the file lies in a folder of its own, that folder. */
export function isPresent(client: ClientName, place: ClientPlace): boolean {
  const file = configFile(client, place);
  return existsSync(file) || (client !== 'claude-code' && existsSync(path.dirname(file)));
}

/** The user's own configuration file of a client, whether it is there or not. */
export function configFile(client: ClientName, { platform, home, env }: ClientPlace): string {
  const { join } = platform === 'win32' ? path.win32 : path.posix;
  const settings = {
    darwin: join(home, 'Library', 'Application Support'),
    win32: env.APPDATA || join(home, 'AppData', 'Roaming'),
  }[platform as string];
  const programs = settings ?? (env.XDG_CONFIG_HOME || join(home, '.config'));
  switch (client) {
    case 'claude-desktop':
      return join(programs, 'Claude', 'claude_desktop_config.json');
    case 'claude-code':
      return join(env.CLAUDE_CONFIG_DIR || home, '.claude.json');
    case 'cursor':
      return join(home, '.cursor', 'mcp.json');
    case 'vscode':
      return join(programs, 'Code', 'User', 'mcp.json');
  }
}
