import { readFile, stat } from 'node:fs/promises';
import { type ClientName, type ClientPlace, clientNames, clients, configFile } from './clients.ts';
import { maxBytes } from './files.ts';
import { folderStartedBy, type OurServer, ourServers } from './servers.ts';

/** Names of our servers -> the clients whose configuration starts them. */
export type Configured = ReadonlyMap<string, readonly ClientName[]>;

interface Seen {
  /** Of the file when it was read. */
  stamp: string;
  folders: ReadonlySet<string>;
}
const nothing: Seen = { stamp: '', folders: new Set() };

/**
 * Looks which clients are configured to start which server; nothing is written. Each call looks at the files again and reads only
 * those that have changed. A file that is missing, unreadable, huge or broken starts nothing.
 */
export function watchConfigured(
  place: ClientPlace,
  servers: readonly OurServer[] = ourServers,
): () => Promise<Configured> {
  const seen = new Map<ClientName, Seen>();
  return async () => {
    for (const client of clientNames) {
      // What cannot be read now is looked at again the next time; the page of connections says what is wrong with it.
      const look = await lookAt(client, place, seen.get(client)).catch(() => nothing);
      seen.set(client, look);
    }
    return new Map(
      servers.map(({ name, folder }) => [name, clientNames.filter((client) => seen.get(client)?.folders.has(folder))]),
    );
  };
}

async function lookAt(client: ClientName, place: ClientPlace, before: Seen | undefined): Promise<Seen> {
  const file = configFile(client, place);
  const facts = await stat(file);
  const stamp = `${facts.mtimeMs} ${facts.size} ${facts.ino}`;
  if (stamp === before?.stamp) return before;
  if (!facts.isFile() || facts.size > maxBytes) return { ...nothing, stamp };
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  const entries = await parsed(client, text).then(
    (root) => entriesIn(client, root),
    () => [], // Broken for the client too; it is read again when it changes.
  );
  return { stamp, folders: new Set(entries.flatMap((entry) => folderStartedBy(entry) ?? [])) };
}

/** Most files are plain JSON, which needs no parser of ours. */
async function parsed(client: ClientName, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!clients[client].comments) throw error;
    const { parseConfig } = await import('./config-text.ts');
    return parseConfig(client, text);
  }
}

/** The user's own servers; Claude Code also keeps those of single projects in the same file. */
function entriesIn(client: ClientName, root: unknown): unknown[] {
  const { key } = clients[client];
  const projects = client === 'claude-code' ? valuesOf((root as { projects?: unknown } | null)?.projects) : [];
  return [root, ...projects].flatMap((holder) => valuesOf((holder as Record<string, unknown> | null)?.[key]));
}

const valuesOf = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];
