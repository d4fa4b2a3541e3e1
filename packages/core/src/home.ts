import { homedir } from 'node:os';
import path from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The one folder every process of this user shares: `MCP_SERVERS_HOME`, else `~/.mcp-servers` (root: `/var/lib/mcp-servers`).
 * A leading `~` is the user's folder, because clients hand on what a shell would have replaced.
 * Not the XDG folders or `%LOCALAPPDATA%`: a desktop-launched and a terminal-launched server may see different ones.
 */
export function homeFolder(env: Environment): string {
  if (env.MCP_SERVERS_HOME) return path.resolve(expandHome(env.MCP_SERVERS_HOME));
  if (process.platform !== 'win32' && process.geteuid?.() === 0) return '/var/lib/mcp-servers';
  return path.join(homedir(), '.mcp-servers');
}

/** A leading `~` -> the user's folder. */
export const expandHome = (folder: string): string => folder.replace(/^~(?=$|[\\/])/, homedir());
