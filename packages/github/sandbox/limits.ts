import type { State } from './model/state.ts';
import type { Token } from './model/tokens.ts';

export type Resource = 'core' | 'search' | 'code_search' | 'graphql' | 'integration_manifest' | 'code_scanning_upload';

export interface Standing {
  readonly resource: Resource;
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** The primary limits of every token, and of requests without one. */
export interface Limits {
  /** GitHub documents both for an exhausted limit; 403 is the usual one. */
  exhaustedStatus: 403 | 429;
  standing(token: Token | undefined, resource: Resource): Standing;
  take(token: Token | undefined, resource: Resource, cost: number): Standing;
  /** Leaves a token (undefined: those without one) with so much, and lets its window end in so many seconds. */
  set(
    token: string | undefined,
    resource: Resource,
    left: { remaining?: number; limit?: number; resetIn?: number },
  ): void;
  /** Requests that cost something, by resource, since the start. */
  readonly spent: Readonly<Record<Resource, number>>;
}

export const resources: readonly Resource[] = [
  'core',
  'search',
  'code_search',
  'graphql',
  'integration_manifest',
  'code_scanning_upload',
];

const minute = 60;
const hour = 3600;
const windows: Readonly<Record<Resource, { user: number; anonymous: number; seconds: number }>> = {
  core: { user: 5000, anonymous: 60, seconds: hour },
  search: { user: 30, anonymous: 10, seconds: minute },
  code_search: { user: 10, anonymous: 60, seconds: minute },
  graphql: { user: 5000, anonymous: 0, seconds: hour },
  integration_manifest: { user: 5000, anonymous: 60, seconds: hour },
  code_scanning_upload: { user: 1000, anonymous: 60, seconds: hour },
};

interface Window {
  limit: number;
  used: number;
  reset: number;
}

export function createLimits(state: State): Limits {
  const open = new Map<string, Window>();
  const spent = Object.fromEntries(resources.map((resource) => [resource, 0])) as Record<Resource, number>;
  const seconds = () => Math.floor(state.now() / 1000);

  function windowOf(token: string | undefined, resource: Resource): Window {
    const key = `${token ?? ''} ${resource}`;
    const known = open.get(key);
    if (known && known.reset > seconds()) return known;
    const { user, anonymous, seconds: length } = windows[resource];
    const limit = known?.limit ?? (token === undefined ? anonymous : user);
    const fresh = { limit, used: 0, reset: seconds() + length };
    open.set(key, fresh);
    return fresh;
  }

  const toStanding = (resource: Resource, { limit, used, reset }: Window): Standing => ({
    ...{ resource, limit, used, reset },
    remaining: Math.max(0, limit - used),
  });

  return {
    exhaustedStatus: 403,
    spent,
    standing: (token, resource) => toStanding(resource, windowOf(token?.value, resource)),
    take(token, resource, cost) {
      const window = windowOf(token?.value, resource);
      window.used = Math.min(window.limit, window.used + cost);
      if (cost > 0) spent[resource] += 1;
      return toStanding(resource, window);
    },
    set(token, resource, { remaining, limit, resetIn }) {
      const window = windowOf(token, resource);
      if (limit !== undefined) window.limit = limit;
      if (remaining !== undefined) window.used = Math.max(0, window.limit - remaining);
      if (resetIn !== undefined) window.reset = seconds() + resetIn;
    },
  };
}

/** The limit that a path counts against. */
export function resourceOf(path: string): Resource {
  if (path === '/graphql') return 'graphql';
  if (path === '/search/code') return 'code_search';
  return path.startsWith('/search/') ? 'search' : 'core';
}

export const limitHeaders = ({ limit, remaining, reset, used, resource }: Standing): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(reset),
  'x-ratelimit-used': String(used),
  'x-ratelimit-resource': resource,
});
