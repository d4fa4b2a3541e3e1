import { createHash } from 'node:crypto';
import { mkdir, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type ClientName, type ClientPlace, clients, configFile } from './clients.ts';
import { backUp, readText, replaceFile, resolved } from './files.ts';
import { type Entries, type Entry, folderStartedBy } from './servers.ts';

/** What was, or would be, written into one client's configuration. */
export interface Change {
  client: ClientName;
  file: string;
  /** Undefined where there was no file. */
  before: string | undefined;
  /** Undefined where the file goes. */
  after: string | undefined;
}

/** One entry of ours that a planned change sets. */
export interface EntryChange {
  name: string;
  /** What stands there now under this name; undefined for nothing. */
  before: unknown;
  after: unknown;
  /** What is ours in `after`: the rest was there, and may be secret. */
  own: Entry;
}

export interface Plan extends Change {
  /** Where the file's text lies when the file is a link. */
  target: string;
  /** Empty when the servers are there already. */
  entries: readonly EntryChange[];
  /** Of this change and of the file it was planned for. */
  digest: string;
}

/** What a change did, kept so that it can be undone. */
const KeptChange = z.object({
  file: z.string(),
  backup: z.string().optional(),
  /** What our names held before; null for nothing. */
  entries: z.record(z.string(), z.unknown()),
  /** Digest of the text that was written: the file may hold secrets of others, which are not kept twice. */
  after: z.string(),
});
type ChangeRecord = z.infer<typeof KeptChange>;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

// Loads the parser of the clients' files: only who plans, writes or undoes a change needs it.
const loadText = () => import('./config-text.ts');

/** What writing these servers would change; nothing is written. */
export async function planChange(client: ClientName, entries: Entries, place: ClientPlace): Promise<Plan> {
  const { readEntries, setEntries } = await loadText();
  const file = configFile(client, place);
  const before = await readText(file);
  const target = await resolved(file);
  const present = readEntries(client, before ?? '');
  const changes = Object.entries(entries)
    .map(([name, entry]): EntryChange => {
      const own: Entry = clients[client].typed ? { type: 'stdio', ...entry } : entry;
      return { name, before: present[name], after: merged(present[name], own), own };
    })
    .filter((change) => !isDeepStrictEqual(change.before, change.after));
  const news = Object.fromEntries(changes.map((change) => [change.name, change.after]));
  const after = changes.length === 0 ? before : setEntries(client, before ?? '', news);
  const key = digest(JSON.stringify([file, target, before ?? null, after ?? null]));
  return { ...{ client, file, target, before, after, digest: key }, entries: changes };
}

/** What was added by hand to an entry of the same server stays; another home would be another store, so that one goes. */
function merged(present: unknown, own: Entry): unknown {
  const folder = folderStartedBy(own);
  if (folder === undefined || folderStartedBy(present) !== folder) return own;
  const { env: given, ...others } = present as { env?: Record<string, unknown> };
  const { MCP_SERVERS_HOME: _, ...kept } = given ?? {};
  const env = { ...kept, ...own.env };
  return { ...others, ...own, ...(Object.keys(env).length > 0 && { env }) };
}

/**
 * Writes a planned change: a copy of the file beside it first, then the whole file at once. Refuses when the file has changed since
 * the plan. `records` is the folder that remembers what to undo. Answers the backup's path.
 */
export async function applyChange(plan: Plan, names: readonly string[], records: string): Promise<string | undefined> {
  const { readEntries } = await loadText();
  const { client, file, before, after, target } = plan;
  if (after === undefined || after === before) return undefined;
  if ((await readText(file)) !== before || (await resolved(file)) !== target) throw changedSince(file);
  const backup = before === undefined ? undefined : await backUp(target, before);
  const present = readEntries(client, before ?? '');
  await mkdir(records, { recursive: true, mode: 0o700 });
  const record: ChangeRecord = {
    file,
    ...(backup && { backup }),
    entries: Object.fromEntries(names.map((name) => [name, present[name] ?? null])),
    after: digest(after),
  };
  await replaceFile(recordOf(client, records), JSON.stringify(record), 0o600);
  await replaceFile(target, after);
  return backup;
}

export const changedSince = (file: string): ConflictError =>
  new ConflictError(`${file} has changed since the change was shown. Nothing was written.`, {
    hint: 'Look at the change again.',
  });

/** What `undoChange` would do. */
export interface Undoable {
  file: string;
  backup: string | undefined;
  /** `file`: its very bytes of before. `gone`: it was not there. `entries`: it has changed since, so only our entries go back. */
  brings: 'file' | 'gone' | 'entries';
}

/** The last change of a client's configuration, as far as it can be taken back; undefined when there is none. */
export async function undoable(client: ClientName, records: string): Promise<Undoable | undefined> {
  const record = await readRecord(recordOf(client, records));
  if (record === undefined) return undefined;
  const { file, backup, brings } = await look(record);
  return { file, backup, brings };
}

/**
 * Takes back the last change of a client's configuration: the very bytes of before when nothing else has changed since, else only
 * our entries as they were. NotFoundError when there is nothing to undo.
 */
export async function undoChange(client: ClientName, records: string): Promise<Change & Pick<Undoable, 'brings'>> {
  const at = recordOf(client, records);
  const record = await readRecord(at);
  if (record === undefined)
    throw new NotFoundError(
      `Nothing was written into the configuration of ${clients[client].title} that could be undone.`,
    );
  const { file, before, original, brings } = await look(record);
  const target = await resolved(file);
  let after = original;
  if (brings === 'gone') await unlink(target);
  else if (brings === 'entries') after = before && (await withoutOurs({ client, before, record }));
  if (after !== undefined && after !== before) await replaceFile(target, after);
  await rm(at);
  return { client, file, before, after, brings };
}

async function withoutOurs(given: { client: ClientName; before: string; record: ChangeRecord }): Promise<string> {
  const { dropEmptyList, setEntries } = await loadText();
  const { client, before, record } = given;
  const restored = Object.entries(record.entries).map(([name, entry]) => [name, entry ?? undefined]);
  const after = setEntries(client, before, Object.fromEntries(restored));
  return record.backup === undefined ? dropEmptyList(client, after) : after;
}

async function look(record: ChangeRecord): Promise<Undoable & { before?: string; original?: string }> {
  const { file, backup, after } = record;
  const before = await readText(file);
  const original = backup === undefined ? undefined : await readText(backup);
  const untouched = before !== undefined && digest(before) === after;
  const facts = { file, backup: original === undefined ? undefined : backup, ...(before !== undefined && { before }) };
  if (!untouched || (backup !== undefined && original === undefined)) return { ...facts, brings: 'entries' };
  return original === undefined ? { ...facts, brings: 'gone' } : { ...facts, original, brings: 'file' };
}

const recordOf = (client: ClientName, records: string): string => path.join(records, `${client}.json`);

async function readRecord(file: string): Promise<ChangeRecord | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  try {
    return KeptChange.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConflictError(`${file} cannot be read, so the change cannot be undone by itself.`, {
      cause,
      hint: 'Copy the backup that lies beside the configuration over it by hand.',
    });
  }
}
