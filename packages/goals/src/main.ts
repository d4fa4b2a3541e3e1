import { existsSync } from 'node:fs';
import path from 'node:path';
import { selectTools } from '@mcp-servers/core';
import { connectionSource, openDatabase } from '@mcp-servers/core/postgres';
import { runServer } from '@mcp-servers/core/run';
import { addPoolGauges, goalsChecks, startGoalsBackground } from './background.ts';
import { GoalsSettings } from './config.ts';
import { createIdentify } from './identity.ts';
import { createGoalsServer, operations } from './server.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';
import { openStore } from './work/store.ts';

/** Beside the built server, or at the top of the repository. */
const shipped = new URL('./migrations/', import.meta.url);
const migrations = existsSync(shipped) ? shipped : new URL('../../../migrations/', import.meta.url);

await runServer({
  ...{ name: 'goals', about: 'goals and tasks for AI agents', version, settings: GoalsSettings },
  ...{ metricsPrefix: 'goal', operations },

  async open(config, { log, metrics, instance }) {
    const source = connectionSource(config, {
      log,
      onProgress: (message) => log.info({ message }, 'database_progress'),
    });
    const database = openDatabase({
      ...{ source, log, migrations, application: 'goals' },
      ...(config.DB_POOL_MAX !== undefined && { poolMax: config.DB_POOL_MAX }),
    });
    const cache =
      config.REDIS_URL || config.REDIS_HOST
        ? (await import('./cache/index.ts')).openGoalsCache(config, {
            ...{ database, log, metrics, readOnly: config.GOALS_READ_ONLY },
          })
        : undefined;
    const store = openStore(database, log, cache);
    const identify = createIdentify(config.GOALS_READ_ONLY ? undefined : store.agents, {
      ...{ actor: config.GOALS_ACTOR, instance, log },
    });
    const selection = {
      ...{ readOnly: config.GOALS_READ_ONLY, toolsets: config.GOALS_TOOLSETS, tools: config.GOALS_TOOLS },
    };
    const factory = createGoalsServer({
      deps: {
        ...{ store, database, cache, identify, allowPurge: config.GOALS_ALLOW_PURGE },
        transferFolders: [path.join(config.home, 'transfer'), ...(config.GOALS_TRANSFER_DIRS ?? [])],
      },
      ...{ log, metrics, selection },
    });
    addPoolGauges(metrics, database);
    // After the first reply, because loading the driver or creating a cluster would hold it up; a call does not wait for this.
    const prepare = () => database.ready().catch((err: unknown) => log.warn({ err }, 'database_not_ready'));
    setTimeout(() => void prepare(), 100);
    const checks = goalsChecks({ config, database, cache, log });
    return {
      factory,
      tools: selectTools(tools, selection),
      checks: checks.open,
      background: (health) =>
        startGoalsBackground({ config, source, store, database, instance: instance(), health, log }),
      async close() {
        checks.close();
        cache?.close();
        await database.close();
      },
    };
  },
});
