import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, silent, type TestClient } from './client.fixture.ts';
import { embeddedPostgres } from './index.ts';

// A process as the tests need it: `ensure <home>` brings the server up; `session <home> <writes>` writes, then leaves.
const [command, home = '', writes = '0'] = process.argv.slice(2);
const embedded = embeddedPostgres({ home, log: silent });

async function writeAll(count: number): Promise<string[]> {
  const acknowledged: string[] = [];
  let session: TestClient | undefined;
  for (let n = 0; n < count; n += 1) {
    const id = randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      try {
        session ??= await connect(await embedded.ensure());
        await session.client.query('INSERT INTO written VALUES ($1) ON CONFLICT DO NOTHING', [id]);
        break;
      } catch (error) {
        await session?.[Symbol.asyncDispose]();
        session = undefined;
        if (attempt === 50) throw error;
        await sleep(10);
      }
    }
    acknowledged.push(id);
    await sleep(Math.random() * 20);
  }
  await session?.[Symbol.asyncDispose]();
  return acknowledged;
}

if (command === 'session') {
  const acknowledged = await writeAll(Number(writes));
  const stopped = await embedded.leave();
  process.stdout.write(JSON.stringify({ acknowledged, stopped }));
} else {
  process.stdout.write(JSON.stringify(await embedded.ensure()));
}
