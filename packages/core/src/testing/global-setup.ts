import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { isAlive } from '../embedded/processes.ts';
import { createLog } from '../log.ts';
import { type ConnectionParameters, connectionSource, migrate } from '../postgres/index.ts';
import { createDatabase, dropDatabase, urlOf } from './create-database.ts';

/** What tests inject: the server, with rights to create databases, and the migrated database to copy. */
export interface TestPostgres {
  readonly server: ConnectionParameters;
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgres: TestPostgres;
  }
}

const migrations = new URL('../../../../migrations/', import.meta.url);

const prefix = 'mcp-test-';
const log = createLog({ name: 'test-setup', level: 'warn' });

/** One temporary server per run (or that of `TEST_DATABASE_URL`) with a migrated template; returns the clean-up. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env.TEST_DATABASE_URL;
  await sweep();
  const home = await mkdtemp(path.join(tmpdir(), `${prefix}${process.pid}-`));
  const template = `mcp_template_${process.pid}`;
  const source = connectionSource(url === undefined ? { home } : { home, DATABASE_URL: url }, { log });
  const server = await source.resolve();

  async function cleanUp(): Promise<void> {
    if (url === undefined) {
      await remove(home);
      return;
    }
    await dropDatabase(server, template);
    await rm(home, { recursive: true, force: true });
  }

  try {
    await createDatabase(server, template);
    const owner = connectionSource({ home, DATABASE_URL: urlOf(server, template) }, { log });
    await migrate({ source: owner, migrations, log });
  } catch (error) {
    await cleanUp();
    throw error;
  }
  project.provide('postgres', { server, template });
  return cleanUp;
}

/** Whatever is still connected, the server goes, and its files with it. */
async function remove(home: string): Promise<void> {
  const { embeddedPostgres } = await import('../embedded/index.ts');
  await embeddedPostgres({ home, log }).stop();
  await rm(home, { recursive: true, force: true });
}

/** Runs that were killed left their server behind: their process is gone, it is not. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN;
    if (owner > 0 && !isAlive(owner)) {
      await remove(path.join(tmpdir(), name)).catch((error: unknown) => log.warn({ err: error }, 'test_sweep_failed'));
    }
  }
}
