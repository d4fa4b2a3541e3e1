import { builtServer, type SpawnedServer, type SpawnOptions, spawnServer } from '@mcp-servers/core/testing';

export const main = (): string => builtServer(import.meta.url);

/** The built server in an empty home, with a client connected to it. */
export const spawnGitHub = (
  env: Readonly<Record<string, string>> = {},
  options: Pick<SpawnOptions, 'as'> = {},
): Promise<SpawnedServer> => spawnServer({ main: main(), env: { LOG_LEVEL: 'debug', ...env }, ...options });
