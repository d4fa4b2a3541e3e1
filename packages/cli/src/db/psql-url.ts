import type { ConnectionParameters } from '@mcp-servers/core/postgres';
import type { Command } from '../command.ts';
import { openStore, requireStore } from '../store.ts';

export const psqlUrl: Command = {
  name: 'psql-url',
  usage: '',
  summary: 'Print a connection URI for psql and other programs. It holds the password.',
  help: [
    'Example: psql "$(pnpm --silent mcp-servers db psql-url)"',
    'An embedded server is started first and stays up.',
  ],
  options: {},
  takes: { min: 0, max: 0 },

  async run(_, context) {
    await requireStore(context);
    await using store = await openStore(context, { stay: true });
    context.print(toConnectionUri(await store.source.resolve()));
    context.tell('The line above holds the password of the database: keep it out of logs and shared screens.');
    return 0;
  },
};

/** libpq's form; a socket folder stands percent-encoded in the place of the host. */
export function toConnectionUri(parameters: ConnectionParameters): string {
  if (parameters.connectionString !== undefined) return parameters.connectionString;
  const { host = 'localhost', port = 5432, user = 'postgres', password, database = user } = parameters;
  const who = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(':');
  const where = host.includes(':') && !host.startsWith('/') ? `[${host}]` : encodeURIComponent(host);
  return `postgresql://${who}@${where}:${port}/${encodeURIComponent(database)}`;
}
