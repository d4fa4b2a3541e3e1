import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { ConflictError, NotFoundError } from '@mcp-servers/core';
import { type Database, statement } from '@mcp-servers/core/postgres';
import { exportDatabase, importDatabase, type Session } from '@mcp-servers/core/transfer';
import type { Command, Context } from '../command.ts';
import { count, inRows } from '../format.ts';
import { type OpenStore, openSession, openStore, ownTables } from '../store.ts';
import { exportFile } from './export.ts';

export const importStore: Command = {
  name: 'import',
  usage: '<file> [--replace]',
  summary: 'Load an export into an empty store; with --replace, into any.',
  help: [
    'file        what db export wrote, or a daily copy of <home>/copies.',
    '--replace   writes an export of the present content first, then replaces all of it. All or nothing.',
  ],
  options: { replace: { type: 'boolean' } },
  takes: { min: 1, max: 1 },

  async run({ values, positionals: [name = ''] }, context) {
    const file = path.resolve(name);
    await requireReadable(file);
    await using store = await openStore(context, { migrate: true });
    const content = await readContent(store.database);
    const filled = content !== undefined;
    if (filled && values.replace !== true) {
      throw new ConflictError(`The store is not empty: it has ${content}.`, {
        hint: 'With --replace its content is exported to a safety copy and then replaced. Nothing was changed.',
      });
    }
    await using open = await openSession(store.source, 'owner');
    const { at, rows } = filled
      ? await replace(context, { store, session: open.session, file })
      : await importDatabase(open.session, file, { seeded: presence });
    context.print(`Imported ${inRows(rows)} of ${at}.`);
    return 0;
  },
};

/** What a store has although nobody put work into it. */
const presence = ['store_identity', 'agents', 'idempotency_keys'];

async function requireReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    throw new NotFoundError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      hint: 'Give the path of a file that db export wrote.',
    });
  }
}

const counts = statement(
  'cli_content',
  `SELECT (SELECT count(*) FROM goals) AS goals, (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM events) AS events`,
);

/** In words; undefined when there is none. */
async function readContent(database: Database): Promise<string | undefined> {
  const [row] = await database.query<Record<'goals' | 'tasks' | 'events', number>>(counts);
  if (!row || row.goals + row.tasks + row.events === 0) return undefined;
  return `${inRows({ goals: row.goals, tasks: row.tasks })} and a history of ${count(row.events, 'change')}`;
}

interface Replacement {
  store: OpenStore;
  session: Session;
  file: string;
}

/** Writers wait from before the safety copy until the end, so that no change falls between the two. */
async function replace(context: Context, { store, session, file }: Replacement) {
  const tables = await ownTables();
  await session.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '30s'");
  try {
    const { rows } = await session.query(selectTables, [tables.filter((name) => name !== 'server_instances')]);
    await session.query(`LOCK TABLE ${rows.map(({ name }) => name).join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
    await using reader = await openSession(store.source, 'reader');
    const copy = await exportDatabase(reader.session, exportFile(context, 'before-import'));
    context.tell(`The content until now is in ${copy.file} (${inRows(copy.rows)}).`);
    // Its own BEGIN changes nothing inside this transaction; its COMMIT or ROLLBACK ends it.
    return await importDatabase(session, file, { seeded: tables });
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined); // A broken connection rolls back by itself.
    throw error;
  }
}

const selectTables = `SELECT 'public.' || quote_ident(c.relname) AS name FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY ($1::text[]) ORDER BY c.relname`;
