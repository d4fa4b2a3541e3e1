// What `pnpm start` runs: builds, shows the goal agent at work on the user's own store, and says how to register it.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { serverEntries } from '../packages/core/src/connect/index.ts';
import { AppError, createLog, describeSettings, type Environment, loadConfig } from '../packages/core/src/index.ts';
import { connectionSource, openDatabase, type StoreIdentity } from '../packages/core/src/postgres/index.ts';
import { GoalsSettings, openStore } from '../packages/goals/src/index.ts';
import { version } from '../packages/goals/src/version.ts';
import { bundlePackages, entryOf, repository } from './bundle.ts';
import { clearDemo, demoTurn, playDemo } from './demo.ts';
import { renderRegistration } from './register.ts';
import { faint, heading, renderFigures, renderTree } from './report.ts';

const usage =
  'Usage: pnpm start\n\nBuilds the goal agent, shows it at work on your store, and prints how to add it to your client.';
const say = (text = ''): void => void process.stdout.write(`${text}\n`);

async function start(env: Environment): Promise<void> {
  const begun = performance.now();
  say(heading(`mcp-servers ${version}`));
  await bundlePackages();
  const config = loadConfig(GoalsSettings, env);
  const log = createLog({ name: 'start', level: env.LOG_LEVEL === undefined ? 'warn' : config.LOG_LEVEL });
  const source = connectionSource(config, { log, onProgress: say });
  const migrations = path.join(repository, 'migrations');
  const database = openDatabase({ source, log, migrations, application: 'start', poolMax: 1 });
  try {
    await database.ready();
    await using _turn = await demoTurn(source);
    await clearDemo(openStore(database, log));

    const spawned = performance.now();
    await using server = await connectServer(env);
    await server.client.listTools();
    const firstAnswerMs = performance.now() - spawned;
    say('\nAn agent at work, through the Model Context Protocol:');
    const demo = await playDemo(server.client, (tool, outcome) => say(`  ${faint(tool.padEnd(16))} ${outcome}`));
    const { version: server_version } = await database.health();
    const place = describePlace(database.describe(), config.home, server_version);
    say(`\n${renderTree(demo)}\n`);
    say(renderFigures(demo, { firstAnswerMs, totalMs: performance.now() - begun, place }));
  } finally {
    await database.close();
  }
  const settings = describeSettings(GoalsSettings)
    .flatMap(({ name }) => [name, `${name}_FILE`])
    .filter((name) => env[name] && name !== 'LOG_LEVEL');
  const entries = serverEntries({ from: repository, home: config.home, env });
  say(`\n${renderRegistration({ entries, home: config.home, settings })}`);
  say(`\n${heading('Watch it live')}\n\npnpm dashboard opens a page with the servers, goals and tasks as they change.`);
}

/** The built server as a client of the protocol runs it; the demonstration needs every tool, whatever the settings. */
async function connectServer(env: Environment): Promise<AsyncDisposable & { client: Client }> {
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const own = { GOALS_READ_ONLY: 'false', GOALS_TOOLSETS: 'all', LOG_LEVEL: env.LOG_LEVEL ?? 'warn' };
  const client = new Client({ name: 'mcp-servers start', version });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [entryOf('goals')],
      env: { ...Object.fromEntries(given), ...own },
      stderr: 'inherit',
    }),
  );
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

function describePlace({ kind, host, port, database }: StoreIdentity, home: string, version = ''): string {
  return kind === 'embedded'
    ? `embedded PostgreSQL ${version} in ${path.join(home, 'pg17')}`
    : `PostgreSQL ${version} at ${host}:${port}, database ${database}`;
}

/** Status 0 when it was only asked for help, 2 for anything it does not know, undefined to start. */
function readOptions(): number | undefined {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
    if (values.help !== true) return undefined;
    say(usage);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0]}.\n${usage.split('\n')[0]}\n`);
    return 2;
  }
}

process.stdout.on('error', () => undefined); // The reader went away, as with `| head`; the run ends as usual.
const status = readOptions();
if (status !== undefined) {
  process.exitCode = status;
} else {
  try {
    await start(process.env);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`\n${error.message}\n${error.hint ?? ''}\n`);
    process.exitCode = 1;
  }
}
