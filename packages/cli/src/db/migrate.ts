import path from 'node:path';
import { migrate } from '@mcp-servers/core/postgres';
import { dailyCopy } from '@mcp-servers/core/transfer';
import type { Command, Context } from '../command.ts';
import { readSchema } from '../schema.ts';
import { migrations, openSession, openStore, sourceOf } from '../store.ts';

export const migrateStore: Command = {
  name: 'migrate',
  usage: '',
  summary: 'Bring the schema up to date. Servers do it at their start when their role may.',
  help: [
    'DATABASE_MIGRATE_URL names a role that owns the schema, when that of DATABASE_URL may not change it.',
    'Before an embedded store is changed, the copy of the day is written to <home>/copies.',
  ],
  options: {},
  takes: { min: 0, max: 0 },

  async run(_, context) {
    const source = sourceOf(context);
    const applied =
      source.kind === 'given' ? await migrate({ ...context, source, migrations }) : await embedded(context);
    context.print(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'Nothing to do: the schema is up to date.');
    return 0;
  },
};

async function embedded(context: Context): Promise<string[]> {
  const { config, log } = context;
  await using store = await openStore(context);
  const { applied, pending } = await readSchema(store.database);
  if (pending.length > 0 && applied.length > 0) {
    await using open = await openSession(store.source, 'reader');
    const copy = await dailyCopy({ client: open.session, folder: path.join(config.home, 'copies'), log });
    if (copy !== undefined) context.tell(`A copy from before is ${copy}.`);
  }
  // Awaited here, or the store would be closed under it.
  return await migrate({ log, source: store.source, migrations });
}
