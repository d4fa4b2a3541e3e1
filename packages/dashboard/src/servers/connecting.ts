import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClientPlace, type OurServer, serverEntries } from '@mcp-servers/core/connect';
import { isLoopback } from '../http/guard.ts';
import type { Connecting } from '../parts.ts';

const hint = 'Run "pnpm connect" on the machine of your clients, or paste what the page shows.';
const outside = {
  detail: "This dashboard runs in a container, and your clients' configurations lie outside.",
  hint,
};
const exposed = {
  detail: 'This dashboard can be reached from other machines, so it writes into no configuration of this one.',
  hint,
};

export interface ConnectingOptions {
  home: string;
  servers: readonly OurServer[];
  /** Undefined where the clients' files are out of reach. */
  place: ClientPlace | undefined;
  /** What it listens on, and every other name it may be asked by. */
  hosts: readonly string[];
}

/** Files of the user are written for somebody at this machine only. */
export function allowConnecting({ home, servers, place, hosts }: ConnectingOptions): Connecting {
  const from = fileURLToPath(new URL('.', import.meta.url));
  const isHere = hosts.every((host) => isLoopback(host.toLowerCase()));
  return {
    entries: () => serverEntries({ from, home, servers, env: place?.env ?? {} }),
    records: path.join(home, 'connect'),
    access: place === undefined ? { off: outside } : isHere ? { place } : { off: exposed },
  };
}
