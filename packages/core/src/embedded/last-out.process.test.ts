import { expect } from 'vitest';
import { connect } from './client.fixture.ts';
import { faultRounds, test } from './home.fixture.ts';
import { runSession } from './run-session.fixture.ts';

interface Result {
  acknowledged: string[];
  stopped: boolean;
}

test('sessions that come and go never fail or lose a write, and the last one out stops the server', {
  timeout: 600_000,
}, async ({ shared: home }) => {
  {
    await using session = await connect(await home.embedded().ensure());
    await session.client.query('CREATE TABLE written (id uuid PRIMARY KEY)');
  }
  await home.embedded().leave();
  const lane = async (): Promise<Result[]> => {
    const results: Result[] = [];
    for (let n = 0; n < faultRounds(3); n += 1) {
      results.push(await runSession<Result>('session', home.home, String(1 + Math.floor(Math.random() * 15))).result);
    }
    return results;
  };
  const results = (await Promise.all([lane(), lane(), lane()])).flat();
  expect(results.some(({ stopped }) => stopped)).toBe(true);
  expect(await home.embedded().status()).toMatchObject({ state: 'stopped' });

  const acknowledged = results.flatMap((result) => result.acknowledged);
  await using session = await connect(await home.embedded().ensure());
  const { rows } = await session.client.query<{ id: string }>('SELECT id FROM written');
  const there = new Set(rows.map(({ id }) => id));
  expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
});
