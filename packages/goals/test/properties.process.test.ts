import { setTimeout as sleep } from 'node:timers/promises';
import { statement } from '@mcp-servers/core/postgres';
import { expect, test } from 'vitest';
import { findFeedFaults } from './order-checks.fixture.ts';
import { chosenSeed, type Random, randomOf } from './random.fixture.ts';
import { anyCall, createGoal } from './random-calls.fixture.ts';
import { type Lane, newWorld, type World } from './random-work.fixture.ts';
import { feedOrder, findFaults, watchUpdates } from './recorded.fixture.ts';
import { errorOf, openSql, patiently, spawnServer, textOf, withHome } from './spawn.fixture.ts';

const operations = Number(process.env.PROPERTY_OPERATIONS ?? 10_000);
/** Two sessions of one person, and others. */
const actors = ['ann', 'ann', 'bo', 'cy'];
const lanesPerServer = 3;
/** Calls between two checks of everything. */
const perRound = 2_000;

const endLease = statement(
  'test_lapse',
  "UPDATE tasks SET lease_until = now() - interval '1 second' WHERE id = $1 AND lease_until IS NOT NULL",
);

interface Feed {
  /** Ids of events as they came. */
  seen: number[];
  kills: number;
}

/** Reads the change feed by its cursor while others write; its process is killed at random moments, also in the middle of a call. */
async function follow(home: string, random: Random, untilDone: { done: boolean }): Promise<Feed> {
  const feed: Feed = { seen: [], kills: 0 };
  const open = () => spawnServer(home, { actor: 'follower', env: { GOALS_READ_ONLY: 'true', DB_POOL_MAX: '1' } });
  let server = await open();
  let cursor: string | undefined;
  for (;;) {
    const last = untilDone.done;
    const args = { order: 'oldest', limit: 1 + random.int(100), max_chars: 500 + random.int(60_000) };
    const asked = server.call('get_history', { ...args, ...(cursor !== undefined && { cursor }) });
    if (feed.kills < 6 && !last && random.chance(0.01)) {
      // The answer may or may not come before the end; either way the next process goes on from the last cursor in hand.
      await Promise.all([asked.catch(() => undefined), server.kill()]);
      feed.kills += 1;
      server = await open();
      continue;
    }
    const result = await asked;
    // A slow machine may need another try, with the same cursor.
    if (result.isError && errorOf(result).retryable) continue;
    if (result.isError) throw new Error(textOf(result));
    const page = result.structuredContent as { items: { event: number }[]; next_cursor: string; caught_up?: boolean };
    feed.seen.push(...page.items.map(({ event }) => event));
    cursor = page.next_cursor;
    if (page.caught_up && last) break;
    if (page.caught_up) await sleep(10);
  }
  await server[Symbol.asyncDispose]();
  return feed;
}

/** A few new items become those where most calls of this round meet. */
async function heatUp(lane: Lane): Promise<void> {
  const { world } = lane;
  const fresh = [];
  while (fresh.length < 3) {
    const created = await createGoal(lane);
    if (created) fresh.push(created);
  }
  world.hot = {
    goals: fresh.flatMap(({ goal }) => goal?.id ?? []),
    tasks: fresh.flatMap(({ tasks }) => tasks.map(({ id }) => id)).slice(0, 10),
  };
}

async function round(lanes: readonly Lane[], calls: number): Promise<void> {
  let left = calls;
  await Promise.all(
    lanes.map(async (lane) => {
      while (left > 0) {
        left -= 1;
        await anyCall(lane);
      }
    }),
  );
}

const summary = ({ journal, tasks }: World): string => {
  const list = (counts: ReadonlyMap<string, number>) => [...counts].map(([name, n]) => `${name} ${n}`).join(', ');
  return `${tasks.length} tasks; calls: ${list(journal.calls)}; refused: ${list(journal.errors)}; claims ${journal.claims.length}, reports under a lease ${journal.reports.length}, writes ${journal.writes.length}, undone ${journal.undoings.length}`;
};

test('whatever four processes do at once, nothing is lost, claimed twice, torn or half done, and followers see it all', {
  timeout: 1_800_000,
}, async () => {
  const seed = chosenSeed();
  const repeat = `PROPERTY_SEED=${seed} PROPERTY_OPERATIONS=${operations}`;
  process.stderr.write(`${repeat}\n`);
  await using home = await withHome();
  await using open = new AsyncDisposableStack();
  const servers = await Promise.all(actors.map(async (actor) => open.use(await spawnServer(home.home, { actor }))));
  const [first] = servers;
  if (!first) throw new Error('there are servers');
  await patiently(first, 'get_stats', {});
  const sql = open.use(openSql(home.home));
  await watchUpdates(sql);
  const untilDone = { done: false };
  const followers = Promise.all([1, 2].map((n) => follow(home.home, randomOf(seed + n), untilDone)));
  // Looked at in the end, whatever happens before.
  followers.catch(() => undefined);

  const world = newWorld(async (id) => {
    // In a transaction, which is tried again after a deadlock.
    await sql.transaction((tx) => tx.query(endLease, [id]));
  });
  const lanes = servers.flatMap((server, index) =>
    Array.from({ length: lanesPerServer }, (_, n) => ({ server, world, random: randomOf(seed * 31 + index * 7 + n) })),
  );
  try {
    for (let done = 0; done < operations; done += perRound) {
      await heatUp(lanes[0] as Lane);
      await round(lanes, Math.min(perRound, operations - done));
      const faults = [...world.journal.unexpected, ...(await findFaults(sql, world.journal))];
      expect({ repeat, faults: faults.slice(0, 20) }).toEqual({ repeat, faults: [] });
    }
  } finally {
    untilDone.done = true;
    await Promise.allSettled([followers]);
  }
  const log = await feedOrder(sql);
  const feeds = await followers;
  for (const { seen } of feeds)
    expect({ repeat, faults: findFeedFaults(seen, log).slice(0, 20) }).toEqual({ repeat, faults: [] });
  process.stderr.write(
    `${summary(world)}; ${log.length} events, followers killed ${feeds.map(({ kills }) => kills).join(' and ')} times\n`,
  );
});
