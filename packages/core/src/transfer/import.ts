import { AppError, ConflictError, DatabaseError, ValidationError } from '../errors.ts';
import { exactText } from './export.ts';
import { Footer, formatVersion, Header, type Sequence, TableMark } from './format.ts';
import { damaged, withLines } from './read-file.ts';
import { type Column, inPublic, quoted, readTables, type Session, type Table } from './schema.ts';

export interface ImportOptions {
  /** Tables the migrations put rows in: their rows are replaced. Every other table must be empty. */
  seeded?: readonly string[];
}

export interface ImportResult {
  /** When the file was written. */
  at: string;
  /** Rows by table. */
  rows: Record<string, number>;
}

const identityTable = 'store_identity';
const portionBytes = 1_000_000;

/**
 * Loads an export into a schema that its migrations have just made, in one transaction: everything, or nothing is changed.
 * Throws ValidationError for a file that is cut, damaged or of another schema, ConflictError when there is data already.
 * The event log gets a new identity, so that cursors into the old one mean "start with a snapshot".
 */
export async function importDatabase(
  session: Session,
  file: string,
  options: ImportOptions = {},
): Promise<ImportResult> {
  await session.query('BEGIN');
  try {
    await session.query(exactText);
    const result = await withLines(file, (lines) => load({ session, file, options }, lines));
    await session.query('COMMIT');
    return result;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined); // A broken connection rolls back by itself.
    throw explain(error, file);
  }
}

interface Load {
  session: Session;
  file: string;
  options: ImportOptions;
}

async function load(job: Load, lines: AsyncIterable<string>): Promise<ImportResult> {
  const { session, file, options } = job;
  const reader = lines[Symbol.asyncIterator]();
  const header = parseHeader((await reader.next()).value, file);
  const there = await readTables(session);
  const tables = new Map(header.tables.map((table) => [table.name, matchTable(table, there)]));
  const restore = await prepareTables(session, there, options.seeded ?? [identityTable]);
  const { counts, footer } = await loadRows(job, tables, { [Symbol.asyncIterator]: () => reader });
  for (const { name } of header.tables) {
    const got = counts[name] ?? 0;
    if (footer.rows[name] !== got)
      throw damaged(file, `${name} has ${got} rows instead of ${footer.rows[name] ?? 'any'}`);
  }
  await session.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const statement of restore) await session.query(statement);
  await setSequences(session, footer.sequences);
  if (there.some(({ name }) => name === identityTable))
    await session.query(`UPDATE ${inPublic(identityTable)} SET log_id = gen_random_uuid()`);
  return { at: header.at, rows: counts };
}

function parseHeader(line: unknown, file: string): Header {
  const parsed = Header.safeParse(parseJson(typeof line === 'string' ? line : '', file));
  if (!parsed.success) throw damaged(file, 'its first line is not the header of an export');
  if (parsed.data.version > formatVersion) {
    throw new ValidationError(`${file} was written by a newer program (format ${parsed.data.version}).`, {
      hint: 'Update this program first.',
    });
  }
  return parsed.data;
}

/** The columns of the file, in its order, with the types they have here. */
function matchTable(wanted: Header['tables'][number], there: readonly Table[]): Table {
  const table = there.find(({ name }) => name === wanted.name);
  const hint = 'Run the migrations of the program that wrote the file, then import again.';
  if (!table) throw new ValidationError(`The file has a table ${wanted.name} that this database has not.`, { hint });
  const columns = wanted.columns.map((name): Column => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column)
      throw new ValidationError(`The file has a column ${wanted.name}.${name} that this database has not.`, { hint });
    return column;
  });
  return { name: table.name, columns };
}

/** Keeps writers out, refuses data, and lets rows come in any order. Returns what puts the schema back. */
async function prepareTables(session: Session, tables: readonly Table[], seeded: readonly string[]): Promise<string[]> {
  const restore: string[] = [];
  for (const { name } of tables) {
    await session.query(`ALTER TABLE ${inPublic(name)} DISABLE TRIGGER USER`);
    restore.push(`ALTER TABLE ${inPublic(name)} ENABLE TRIGGER USER`);
    if (seeded.includes(name)) await session.query(`DELETE FROM ${inPublic(name)}`);
    const { rows } = await session.query(`SELECT EXISTS (SELECT FROM ${inPublic(name)}) AS filled`);
    if (!rows[0]?.filled) continue;
    throw new ConflictError(`The database is not empty: ${name} has rows.`, {
      hint: 'Import into a new database; nothing was changed.',
    });
  }
  const { rows: keys } = await session.query(selectForeignKeys);
  for (const { table, name } of keys) {
    const key = `ALTER TABLE ${inPublic(String(table))} ALTER CONSTRAINT ${quoted(String(name))}`;
    await session.query(`${key} DEFERRABLE INITIALLY DEFERRED`);
    restore.push(`${key} NOT DEFERRABLE`);
  }
  await session.query('SET CONSTRAINTS ALL DEFERRED');
  return restore;
}

type FooterContent = { rows: Record<string, number>; sequences: Sequence[] };

async function loadRows({ session, file }: Load, tables: Map<string, Table>, lines: AsyncIterable<string>) {
  const counts: Record<string, number> = {};
  let footer: FooterContent | undefined;
  let current: Table | undefined;
  let portion: string[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (current && portion.length > 0) await session.query(insertInto(current), [`[${portion.join(',')}]`]);
    portion = [];
    bytes = 0;
  };
  for await (const line of lines) {
    if (footer) throw damaged(file, 'something follows its last line');
    if (line.startsWith('[')) {
      if (!current) throw damaged(file, 'a row comes before its table');
      counts[current.name] = (counts[current.name] ?? 0) + 1;
      portion.push(line);
      bytes += line.length;
      if (bytes > portionBytes || portion.length === 5000) await flush();
      continue;
    }
    await flush();
    const control = parseJson(line, file);
    footer = Footer.safeParse(control).data?.footer;
    if (footer) continue;
    const name = TableMark.safeParse(control).data?.table;
    current = name === undefined ? undefined : tables.get(name);
    if (!current) throw damaged(file, 'it has a line of an unknown kind');
    counts[current.name] ??= 0;
  }
  if (!footer) throw damaged(file, 'its last line is missing');
  return { counts, footer };
}

function insertInto({ name, columns }: Table): string {
  const names = columns.map((column) => quoted(column.name)).join(', ');
  const values = columns.map(({ type }, index) => `(line ->> ${index})::${type}`).join(', ');
  return `INSERT INTO ${inPublic(name)} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM jsonb_array_elements($1::jsonb) AS line`;
}

/** A sequence this schema no longer has is left out: its column, if any, was refused before. */
async function setSequences(session: Session, sequences: readonly Sequence[]): Promise<void> {
  for (const { name, value, called } of sequences) {
    const { rows } = await session.query(`SELECT to_regclass($1) IS NOT NULL AS there`, [inPublic(name)]);
    if (rows[0]?.there)
      await session.query('SELECT setval($1::regclass, $2::bigint, $3)', [inPublic(name), value, called]);
  }
  const { rows: owned } = await session.query(selectOwnedSequences);
  for (const { sequence, table, column } of owned) {
    const place = inPublic(String(sequence));
    await session.query(
      `SELECT setval($1::regclass, highest) FROM (SELECT max(${quoted(String(column))})::bigint AS highest FROM ${inPublic(String(table))}) AS rows
       WHERE highest > (SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM ${place})`,
      [place],
    );
  }
}

function parseJson(line: string, file: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw damaged(file, 'it has a line that is not JSON', error);
  }
}

function explain(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return error;
  return new DatabaseError(`${file} could not be imported: ${message}`, { hint: 'Nothing was changed.', cause: error });
}

const selectForeignKeys = `
  SELECT c.relname AS table, k.conname AS name
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  WHERE k.contype = 'f' AND NOT k.condeferrable AND k.conparentid = 0 AND c.relnamespace = 'public'::regnamespace`;

/** Sequences of identity and serial columns that count upwards. */
const selectOwnedSequences = `
  SELECT s.relname AS sequence, t.relname AS table, a.attname AS column
  FROM pg_class s
  JOIN pg_sequence q ON q.seqrelid = s.oid AND q.seqincrement > 0
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
  JOIN pg_class t ON t.oid = d.refobjid AND t.relname <> 'pgmigrations'
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
  WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace`;
