import { createHash, randomUUID } from 'node:crypto';
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ConflictError, NotFoundError, ValidationError } from '../errors.ts';
import { type ClientName, type ClientPlace, clients, configFile } from './clients.ts';
import { dropEmptyList, type Entry, readEntries, setEntries } from './config-text.ts';

/** What would be, or was, written into one client's configuration. */
export interface Change {
  client: ClientName;
  file: string;
  /** Undefined where there was no file. */
  before: string | undefined;
  /** Undefined where the file goes. */
  after: string | undefined;
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

const maxBytes = 8 * 1024 * 1024;
const keptBackups = 5;

/** What writing these servers would change; nothing is written. The same text before and after means there is nothing to do. */
export async function planChange(
  client: ClientName,
  entries: Readonly<Record<string, Entry>>,
  place: ClientPlace,
): Promise<Change> {
  const file = configFile(client, place);
  const before = await read(file);
  const typed = clients[client].typed;
  const wanted = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, typed ? { type: 'stdio', ...entry } : entry]),
  );
  const present = readEntries(client, before ?? '');
  const news = Object.entries(wanted).filter(
    ([name, entry]) => JSON.stringify(present[name]) !== JSON.stringify(entry),
  );
  const after = news.length === 0 ? before : setEntries(client, before ?? '', Object.fromEntries(news));
  return { client, file, before, after };
}

/**
 * Writes a planned change: a copy of the file beside it first, then the whole file at once. Refuses when the file has changed since
 * the plan. `records` is the folder that remembers what to undo. Answers the backup's path.
 */
export async function applyChange(
  change: Change,
  names: readonly string[],
  records: string,
): Promise<string | undefined> {
  const { client, file, before, after } = change;
  if (after === undefined || after === before) return undefined;
  if ((await read(file)) !== before)
    throw new ConflictError(`${file} has changed since the change was shown. Nothing was written.`, {
      hint: 'Repeat the command and look at the change again.',
    });
  const target = await resolved(file);
  const backup = before === undefined ? undefined : await backUp(target);
  const present = readEntries(client, before ?? '');
  await mkdir(records, { recursive: true, mode: 0o700 });
  const record: ChangeRecord = {
    file,
    ...(backup && { backup }),
    entries: Object.fromEntries(names.map((name) => [name, present[name] ?? null])),
    after: digest(after),
  };
  await replaceFile(path.join(records, `${client}.json`), JSON.stringify(record), 0o600);
  await replaceFile(target, after);
  return backup;
}

/**
 * Takes back the last change of a client's configuration: the very bytes of before when nothing else has changed since, else only
 * our entries as they were. NotFoundError when there is nothing to undo.
 */
export async function undoChange(client: ClientName, records: string): Promise<Change> {
  const at = path.join(records, `${client}.json`);
  const record = await readRecord(at);
  if (record === undefined)
    throw new NotFoundError(
      `Nothing was written into the configuration of ${clients[client].title} that could be undone.`,
    );
  const { file, backup, entries } = record;
  const before = await read(file);
  const target = await resolved(file);
  const untouched = before !== undefined && digest(before) === record.after;
  const original = backup === undefined ? undefined : await read(backup);
  if (untouched && (backup === undefined || original !== undefined)) {
    if (original === undefined) await unlink(target);
    else await replaceFile(target, original);
    await rm(at);
    return { client, file, before, after: original };
  }
  const restored = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entry ?? undefined]));
  let after = setEntries(client, before ?? '', restored);
  if (backup === undefined) after = dropEmptyList(client, after);
  if (before !== undefined) await replaceFile(target, after);
  await rm(at);
  return { client, file, before, after: before === undefined ? undefined : after };
}

async function readRecord(file: string): Promise<ChangeRecord | undefined> {
  const text = await read(file);
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

async function read(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size > maxBytes)
      throw new ValidationError(`${file} is larger than 8 MB. Nothing was changed.`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof TypeError)
      throw new ValidationError(`${file} is not UTF-8 text. Nothing was changed.`, { cause: error });
    throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Where a link leads to: people keep such files in a folder under version control. */
async function resolved(file: string): Promise<string> {
  return realpath(file).catch((error: unknown) => {
    if (isMissing(error)) return file;
    throw error;
  });
}

/** A copy beside the file; the latest five stay. */
async function backUp(file: string): Promise<string> {
  const prefix = `${path.basename(file)}.before-mcp-servers-`;
  const backup = path.join(path.dirname(file), `${prefix}${new Date().toISOString().replaceAll(':', '-')}`);
  await copyFile(file, backup);
  const all = (await readdir(path.dirname(file))).filter((name) => name.startsWith(prefix)).sort();
  for (const name of all.slice(0, -keptBackups)) await rm(path.join(path.dirname(file), name), { force: true });
  return backup;
}

/** Written beside and renamed: a reader sees the old text or the new one. Keeps the mode of the old file. */
async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomUUID()}.tmp`;
  const kept =
    mode ??
    (await stat(file).then(
      (stats) => stats.mode & 0o777,
      () => 0o600,
    ));
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: kept, flush: true });
    await chmod(temporary, kept);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
