import { expect, test } from 'vitest';
import { systemClock } from './index.ts';

test('the system clock wakes up, and rejects as soon as its signal aborts', async () => {
  await systemClock.sleep(1, new AbortController().signal);
  const stop = new AbortController();
  const sleeping = systemClock.sleep(3_600_000, stop.signal);
  stop.abort();
  await expect(sleeping).rejects.toThrow();
});
