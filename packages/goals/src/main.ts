import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, createLog, describeSettings, loadConfig, selectTools, serve } from '@mcp-servers/core';
import { createMetrics } from '@mcp-servers/core/metrics';
import { connectionSource, openDatabase } from '@mcp-servers/core/postgres';
import { startBackground } from './background.ts';
import { GoalsSettings } from './config.ts';
import { createIdentify } from './identity.ts';
import { createGoalsServer, operations } from './server.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';
import { openStore } from './work/store.ts';

/** Beside the built server, or at the top of the repository. */
const shipped = new URL('./migrations/', import.meta.url);
const migrations = existsSync(shipped) ? shipped : new URL('../../../migrations/', import.meta.url);

async function start(): Promise<void> {
  const config = loadConfig(GoalsSettings, process.env);
  const instance = randomUUID();
  const startedAt = new Date();
  const log = createLog({ name: 'goals', level: config.LOG_LEVEL });
  const metrics = createMetrics({
    prefix: 'goal',
    enabled: config.ENABLE_METRICS,
    operations,
  });

  const source = connectionSource(config, { log, onProgress: (message) => log.info({ message }, 'database_progress') });
  const database = openDatabase({
    source,
    log,
    migrations,
    application: 'goals',
    ...(config.DB_POOL_MAX !== undefined && { poolMax: config.DB_POOL_MAX }),
  });
  const cache =
    config.REDIS_URL || config.REDIS_HOST
      ? (await import('./cache/index.ts')).openGoalsCache(config, {
          ...{ database, log, metrics },
          readOnly: config.GOALS_READ_ONLY,
        })
      : undefined;
  const store = openStore(database, log, cache);
  const identify = createIdentify(config.GOALS_READ_ONLY ? undefined : store.agents, {
    actor: config.GOALS_ACTOR,
    instance,
    log,
  });
  const selection = {
    ...{ readOnly: config.GOALS_READ_ONLY, toolsets: config.GOALS_TOOLSETS, tools: config.GOALS_TOOLS },
  };
  const factory = createGoalsServer({
    deps: {
      ...{ store, database, cache, identify, allowPurge: config.GOALS_ALLOW_PURGE },
      transferFolders: [path.join(config.home, 'transfer'), ...(config.GOALS_TRANSFER_DIRS ?? [])],
    },
    log,
    metrics,
    selection,
  });

  const background = startBackground({
    ...{ config, source, store, database, cache, metrics, log, instance, startedAt },
    tools: selectTools(tools, selection),
  });
  serve(factory, {
    log,
    async onClose() {
      await background.close();
      cache?.close();
      await database.close();
    },
  });
  // After the first reply, because loading the driver or creating a cluster would hold it up; a call does not wait for this.
  const prepare = () => database.ready().catch((err: unknown) => log.warn({ err }, 'database_not_ready'));
  setTimeout(() => void prepare(), 100);
}

/** Status 0 when it was asked about itself, 2 for a command line that means nothing, undefined to start. */
function answerOptions(): number | undefined {
  try {
    const { values } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (!values.version && !values.help) return undefined;
    process.stdout.write(values.version ? `${version}\n` : help());
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0]}. --help says what there is.\n`);
    return 2;
  }
}

const answered = answerOptions();
if (answered !== undefined) process.exitCode = answered;
else {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
    process.exitCode = 1;
  }
}

function help(): string {
  const settings = describeSettings(GoalsSettings).map(
    ({ name, about, default: value }) => `  ${name.padEnd(20)} ${about}${value ? ` [${value}]` : ''}`,
  );
  return [
    `mcp-goals ${version}: goals and tasks for AI agents, an MCP server on standard input and output.`,
    'Register it in an MCP client; it speaks the protocol as soon as it is started without options.',
    '',
    'Settings, from the environment or <home>/config.env (each also as NAME_FILE):',
    `  ${'MCP_SERVERS_HOME'.padEnd(20)} Folder of the embedded database and config.env [~/.mcp-servers]`,
    ...settings,
    '',
  ].join('\n');
}
