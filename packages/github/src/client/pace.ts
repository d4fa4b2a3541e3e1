import type { Log, RedisSettings } from '@mcp-servers/core';
import type { CallClass } from '@mcp-servers/core/http';
import type { Metrics } from '@mcp-servers/core/metrics';
import { createRateLimiter } from '@mcp-servers/core/rate-limit';

/** Below GitHub's secondary limits: 80 writes a minute and 500 an hour, 900 points a minute, 30 searches a minute. */
const limits = {
  'github:read': { calls: 800, seconds: 60 },
  'github:search': { calls: 30, seconds: 60 },
  'github:write': { calls: 80, seconds: 60 },
  'github:write:hour': { calls: 500, seconds: 3600 },
} as const;

export interface Pace {
  take(kind: CallClass, who: string): Promise<void>;
  close(): void;
}

/** Counts calls per credential; with Redis settings over all processes. */
export function createPace(options: {
  redis?: Partial<RedisSettings>;
  log: Log;
  metrics?: Pick<Metrics, 'counter'>;
}): Pace {
  const limiter = createRateLimiter({ limits, ...options });
  return {
    async take(kind, who) {
      // The longer one first: what it refuses must not use up the shorter.
      if (kind === 'write') await limiter.take('github:write:hour', who);
      await limiter.take(`github:${kind}`, who);
    },
    close: () => limiter.close(),
  };
}
