import { createWriteStream } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { temporaryBeside } from '../embedded/temporary.ts';
import { ConflictError } from '../errors.ts';
import { formatName, formatVersion, type Header, type Sequence } from './format.ts';
import { inPublic, quoted, readMigrations, readTables, type Session, type Table } from './schema.ts';

export interface ExportOptions {
  /** The time in the header; default: now. */
  now?: () => Date;
}

export interface ExportResult {
  file: string;
  /** Rows by table. */
  rows: Record<string, number>;
}

/** Rows are fetched in portions of about this size, so that memory does not grow with the data. */
const portionBytes = 1_000_000;

/**
 * Writes every table of schema public to a gzip file of JSON lines (mode 0600), as of one moment. The file appears complete or
 * not at all. Throws ConflictError when it exists already.
 */
export async function exportDatabase(
  session: Session,
  file: string,
  options: ExportOptions = {},
): Promise<ExportResult> {
  await refuseExisting(file);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = temporaryBeside(file);
  const rows: Record<string, number> = {};
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await session.query(exactText);
    const target = createWriteStream(temporary, { mode: 0o600, flush: true });
    await pipeline(inPortions(lines(session, rows, options)), createGzip({ level: 6 }), target);
    await session.query('COMMIT');
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined); // A broken connection rolls back by itself.
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return { file, rows };
}

async function* lines(session: Session, rows: Record<string, number>, options: ExportOptions): AsyncGenerator<string> {
  const tables = await readTables(session);
  const { rows: servers } = await session.query('SHOW server_version');
  const header: Header = {
    format: formatName,
    version: formatVersion,
    at: (options.now?.() ?? new Date()).toISOString(),
    server: String(servers[0]?.server_version),
    migrations: await readMigrations(session),
    tables: tables.map(({ name, columns }) => ({ name, columns: columns.map((column) => column.name) })),
  };
  yield JSON.stringify(header);
  for (const table of tables) {
    yield JSON.stringify({ table: table.name });
    rows[table.name] = 0;
    for await (const row of readRows(session, table)) {
      rows[table.name] = (rows[table.name] ?? 0) + 1;
      yield row;
    }
  }
  // Sequences know no snapshot: read last, they are never behind the rows.
  yield JSON.stringify({ footer: { rows, sequences: await readSequences(session) } });
}

/** Every value as the text PostgreSQL itself would read back: nothing is rounded, shortened or reordered on the way. */
async function* readRows(session: Session, { name, columns }: Table): AsyncGenerator<string> {
  const values = columns.map((column) => `${quoted(column.name)}::text`).join(', ');
  await session.query(
    `DECLARE portion NO SCROLL CURSOR FOR SELECT to_json(ARRAY[${values}])::text AS line FROM ${inPublic(name)}`,
  );
  let count = 100;
  for (;;) {
    const { rows } = await session.query(`FETCH ${count} FROM portion`);
    let bytes = 0;
    for (const { line } of rows) {
      bytes += String(line).length;
      yield String(line);
    }
    if (rows.length < count) break;
    count = Math.min(5000, Math.max(1, Math.floor((portionBytes * rows.length) / Math.max(1, bytes))));
  }
  await session.query('CLOSE portion');
}

async function readSequences(session: Session): Promise<Sequence[]> {
  const { rows } = await session.query(selectSequences);
  const sequences: Sequence[] = [];
  for (const { name } of rows) {
    const state = await session.query(
      `SELECT last_value::text AS value, is_called AS called FROM ${inPublic(String(name))}`,
    );
    sequences.push({ name: String(name), value: String(state.rows[0]?.value), called: state.rows[0]?.called === true });
  }
  return sequences;
}

/** Lines joined into larger pieces: the compressor is called once for many short rows. */
async function* inPortions(source: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const line of source) {
    text += `${line}\n`;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  yield text;
}

async function refuseExisting(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there)
    throw new ConflictError(`${file} exists already.`, {
      hint: 'Give another file name; an export never replaces a file.',
    });
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Text forms that do not depend on the session; a slow disk must not end the snapshot. */
export const exactText = `
  SET LOCAL TimeZone = 'UTC';
  SET LOCAL DateStyle = 'ISO, YMD';
  SET LOCAL IntervalStyle = 'postgres';
  SET LOCAL extra_float_digits = 1;
  SET LOCAL bytea_output = 'hex';
  SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0`;

const selectSequences = `
  SELECT c.relname AS name FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
    AND NOT EXISTS (
      SELECT FROM pg_depend d JOIN pg_class owner ON owner.oid = d.refobjid
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND owner.relname = 'pgmigrations')
  ORDER BY c.relname`;
