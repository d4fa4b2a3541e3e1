// What `pnpm connect` runs: writes the servers into the configurations of clients, or takes that back.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import {
  applyChange,
  type ClientName,
  clientNames,
  clientPlace,
  clients,
  isPresent,
  type Plan,
  planChange,
  previewOf,
  serverEntries,
  undoChange,
} from '../packages/core/src/connect/index.ts';
import { AppError, homeFolder, NotFoundError, ValidationError } from '../packages/core/src/index.ts';
import { bundlePackages, repository } from './bundle.ts';
import { faint, heading } from './report.ts';

const usage = `pnpm connect [client...] [options]

Writes the servers into the configuration of your MCP clients: ${clientNames.join(', ')}.
Without a name: of all that have been used here. Shows the change first, keeps a copy of the file beside it,
and touches nothing but its own entries.

  --yes     write without asking
  --undo    take the last change back
  --help`;

const say = (text = ''): void => void process.stdout.write(`${text}\n`);

async function connect(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      yes: { type: 'boolean', short: 'y', default: false },
      undo: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    say(usage);
    return 0;
  }
  const home = homeFolder(process.env);
  const records = path.join(home, 'connect');
  const place = clientPlace(process.env);
  const chosen = positionals.length > 0 ? positionals.map(toClient) : undefined;
  if (values.undo)
    return undo(chosen ?? clientNames.filter((name) => existsSync(path.join(records, `${name}.json`))), records);

  await bundlePackages();
  const entries = serverEntries({ from: repository, home, env: process.env });
  const plans: Plan[] = [];
  for (const client of chosen ?? clientNames.filter((name) => isPresent(name, place))) {
    const plan = await planChange(client, entries, place);
    plans.push(plan);
  }
  if (plans.length === 0) {
    say(`No client was found. Name one to write its configuration all the same: ${clientNames.join(', ')}.`);
    return 1;
  }
  for (const plan of plans) show(plan);
  const open = plans.filter(({ before, after }) => before !== after);
  if (open.length === 0) return 0;
  if (!values.yes && !(await agreed())) return 0;
  for (const plan of open) {
    const backup = await applyChange(plan, Object.keys(entries), records);
    say(`\n${clients[plan.client].title}: written.${backup ? ` Copy of before: ${backup}` : ''}`);
    say(clients[plan.client].afterwards);
  }
  say('\nTo take this back: pnpm connect --undo');
  return 0;
}

async function undo(names: readonly ClientName[], records: string): Promise<number> {
  if (names.length === 0) throw new NotFoundError('Nothing was written that could be undone.');
  for (const name of names) {
    const { file, after } = await undoChange(name, records);
    say(`${clients[name].title}: ${after === undefined ? `${file} is gone again` : `${file} is as it was`}.`);
  }
  return 0;
}

/** Only our own entries: what else stands in the file, perhaps secrets, is not shown. */
function show({ client, file, before, entries }: Plan): void {
  say(`\n${heading(clients[client].title)}  ${faint(file)}`);
  if (entries.length === 0) {
    say('  has the servers already.');
    return;
  }
  for (const entry of entries) for (const { sign, text } of previewOf(entry)) say(`${sign} ${text}`);
  if (before === undefined) say('  The file will be created.');
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    say('\nNothing was written. Add --yes to write it.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question('\nWrite this? [y/N] ');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function toClient(name: string): ClientName {
  const found = clientNames.find((candidate) => candidate === name);
  if (found) return found;
  throw new ValidationError(`There is no client "${name}".`, { hint: `Clients: ${clientNames.join(', ')}.` });
}

try {
  process.exitCode = await connect();
} catch (error) {
  const isOption = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') ?? false;
  if (!(error instanceof AppError) && !isOption) throw error;
  process.stderr.write(
    `${(error as Error).message}\n${error instanceof AppError && error.hint ? `${error.hint}\n` : ''}`,
  );
  process.exitCode = isOption ? 2 : 1;
}
