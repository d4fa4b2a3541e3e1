import { stat } from 'node:fs/promises';
import path from 'node:path';
import { exportDatabase } from '@mcp-servers/core/transfer';
import type { Command, Context } from '../command.ts';
import { inBytes, inRows } from '../format.ts';
import { openSession, openStore, requireStore } from '../store.ts';

export const exportStore: Command = {
  name: 'export',
  usage: '[file]',
  summary: 'Write every row to a file, as of one moment, while the servers go on.',
  help: ['file   gzip JSON lines; default <home>/exports/goals-<time>.jsonl.gz. An existing file is never replaced.'],
  options: {},
  takes: { min: 0, max: 1 },

  async run({ positionals: [name] }, context) {
    await requireStore(context);
    const file = name === undefined ? exportFile(context) : path.resolve(name);
    await using store = await openStore(context);
    await using open = await openSession(store.source, 'reader');
    const { rows } = await exportDatabase(open.session, file);
    const { size } = await stat(file);
    context.print(`${file}`);
    context.tell(`${inRows(rows)}, ${inBytes(size)}.`);
    return 0;
  },
};

/** `goals-2026-03-01T14-00-00-000Z.jsonl.gz` in the exports of the home, with a word on why. */
export function exportFile({ config }: Pick<Context, 'config'>, why = ''): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return path.join(config.home, 'exports', `goals-${time}${why && `-${why}`}.jsonl.gz`);
}
