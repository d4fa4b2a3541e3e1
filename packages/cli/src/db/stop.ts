import { ConflictError, UnavailableError } from '@mcp-servers/core';
import type { Command } from '../command.ts';
import { embeddedOf, sourceOf } from '../store.ts';

export const stop: Command = {
  name: 'stop',
  usage: '',
  summary: 'Stop the embedded PostgreSQL. A server that still runs starts it again at its next call.',
  help: ['Nothing is lost: calls under way are finished or repeated. It is not needed, the last server out stops it.'],
  options: {},
  takes: { min: 0, max: 0 },

  async run(_, context) {
    const { kind, host, port } = sourceOf(context).describe();
    if (kind === 'given') {
      throw new ConflictError(
        `The store is the PostgreSQL at ${host}:${port}, which is not started or stopped from here.`,
        {
          hint: 'Stop it where it runs, or leave DATABASE_URL and DB_HOST unset to mean the embedded one.',
        },
      );
    }
    const embedded = embeddedOf(context);
    const before = await embedded.status();
    if (await embedded.stop()) {
      context.print(`Stopped (was process ${before.pid}).`);
      return 0;
    }
    const { state, pid, logFile } = await embedded.status();
    if (state === 'absent' || state === 'stopped') {
      context.print(state === 'absent' ? 'There is no database yet.' : 'It was not running.');
      return 0;
    }
    throw new UnavailableError(`The server (process ${pid}) did not stop: it is ${state}.`, {
      hint: `${logFile} says what it is doing.`,
    });
  },
};
