import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { connect, silent } from '../embedded/client.fixture.ts';
import { faultRounds, withHome } from '../embedded/home.fixture.ts';
import { upgradeEmbedded } from './index.ts';
import { everything, rows, schema } from './shapes.fixture.ts';

const programs = process.env.MCP_TEST_PG18;

test.skipIf(programs === undefined)(
  'MCP_TEST_PG18 (folder of PostgreSQL 18): a home of 17 is moved to 18, also after a failed attempt',
  async () => {
    await using home = withHome();
    const old = home.embedded();
    const before = await (async () => {
      await using session = await connect(await old.ensure());
      await session.client.query(schema);
      await session.client.query(rows);
      return (await session.client.query(everything)).rows;
    })();
    const fresh = home.embedded({ major: 18, binaries: programs ?? '' });
    await expect(fresh.ensure()).rejects.toMatchObject({
      details: { reason: 'foreign_major' },
      hint: expect.stringContaining('upgrade'),
    });

    const options = { home: home.home, log: silent, binaries: { 18: programs ?? '' } };
    const failing = upgradeEmbedded({ ...options, prepare: () => Promise.reject(new Error('a migration failed')) });
    await expect(failing).rejects.toThrow('a migration failed');
    {
      await using session = await connect(await old.ensure());
      await session.client.query(`INSERT INTO fired VALUES ('still writable')`);
      await session.client.query('DELETE FROM fired');
    }
    expect(readdirSync(home.home).toSorted()).toEqual(['copies', 'pg17']);

    const moved = await upgradeEmbedded({
      ...options,
      prepare: async (client) => {
        await client.query(schema);
      },
    });
    expect(moved?.rows.zebras).toBe(2);
    expect(
      readdirSync(home.home)
        .filter((name) => name.startsWith('pg'))
        .toSorted(),
    ).toEqual([expect.stringMatching(/^pg17\.upgraded-\d{4}-\d{2}-\d{2}$/), 'pg18']);
    expect(await upgradeEmbedded({ ...options, prepare: () => Promise.reject(new Error('not called')) })).toBe(
      undefined,
    );
    await expect(old.ensure()).rejects.toMatchObject({ details: { reason: 'foreign_major' } });
    {
      await using session = await connect(await fresh.ensure());
      expect((await session.client.query(everything)).rows).toEqual(before);
      expect((await session.client.query('SHOW server_version')).rows[0]).toMatchObject({
        server_version: expect.stringMatching(/^18/),
      });
    }
    await fresh.stop();
  },
);

test.skipIf(programs === undefined)(
  'MCP_TEST_PG18 (folder of PostgreSQL 18): an upgrade killed at any moment loses nothing and works again',
  { timeout: 600_000 },
  async () => {
    const rounds = faultRounds(2);
    for (let round = 0; round < rounds; round += 1) {
      await using home = withHome();
      const before = await (async () => {
        await using session = await connect(await home.embedded().ensure());
        await session.client.query(schema);
        await session.client.query(rows);
        return (await session.client.query(everything)).rows;
      })();
      const script = fileURLToPath(new URL('./upgrade.fixture.ts', import.meta.url));
      const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', script, home.home, programs ?? ''], {
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      await sleep(((round + Math.random()) / rounds) * 3000);
      child.kill('SIGKILL');
      await ended;

      const published = readdirSync(home.home).includes('pg18');
      if (!published) {
        await using session = await connect(await home.embedded().ensure());
        await session.client.query(`INSERT INTO fired VALUES ('still writable')`);
        await session.client.query('DELETE FROM fired');
      }
      const prepare = async (client: { query(text: string): Promise<unknown> }): Promise<void> => {
        await client.query(schema);
      };
      await upgradeEmbedded({ home: home.home, log: silent, binaries: { 18: programs ?? '' }, prepare });
      const left = readdirSync(home.home).filter((name) => name.startsWith('pg'));
      expect(left.toSorted()).toEqual([expect.stringMatching(/^pg17\.upgraded/), 'pg18']);
      const fresh = home.embedded({ major: 18, binaries: programs ?? '' });
      {
        await using session = await connect(await fresh.ensure());
        expect((await session.client.query(everything)).rows).toEqual(before);
      }
      await fresh.stop();
    }
  },
);
