import { type TestContext, test } from 'vitest';
import { findRedis } from './find-redis.ts';

/** The first one may have to download and unpack the program. */
const timeLimitMs = 60_000;

/** A test that needs `withRedis()`. Without a redis-server it is skipped and says so; with `REQUIRE_ALL=1` it fails. */
export function redisTest(
  name: string,
  run: (context: TestContext) => Promise<void>,
  { timeoutMs = timeLimitMs }: { timeoutMs?: number } = {},
): void {
  test(name, { timeout: timeoutMs }, async (context) => {
    const missing = (await findRedis()) === undefined;
    if (missing && process.env.REQUIRE_ALL === '1') throw new Error('REQUIRE_ALL=1, and there is no redis-server.');
    if (missing) context.skip('SKIPPED: no redis-server on the PATH, and no Debian package could be unpacked');
    await run(context);
  });
}
