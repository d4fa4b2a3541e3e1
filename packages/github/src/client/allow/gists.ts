import type { PrivacyGuard } from '../leak.ts';
import type { Lookups } from '../lookups.ts';
import type { Named } from './route-table.ts';

const mostGists = 1000;

/** Gists as places of text that is private or public. */
export interface Gists {
  /** Before a write to one. Throws AuthError like the guard. */
  write(gist: NonNullable<Named['gist']>): Promise<void>;
  /** What an answer tells of gists; what this process wrote into a new one is not read there. */
  record(path: string, data: unknown, how: { method: string; reads: boolean }): void;
}

export function createGists({ privacy, lookups }: { privacy: PrivacyGuard; lookups: Pick<Lookups, 'gist'> }): Gists {
  /** Public ones, which never become secret, and secret ones that this process made. */
  const openGists = new Set<string>();
  return {
    /** What nobody can find without its address is no public place for what was read in others of its kind, but for all else. */
    async write({ id }) {
      const isSecret = id === undefined || (await lookups.gist(id))?.public === false;
      if (isSecret) await privacy.writeSecretGist();
      else await privacy.writePublic('a public gist');
    },
    record(path, data, { method, reads }) {
      if (!isOfGists.test(path)) return;
      if (openGists.size >= mostGists) openGists.clear();
      const inside = /^\/gists\/([^/]+)\/(?!star$|forks$)/.exec(path)?.[1];
      for (const gist of [data].flat()) {
        const { id, public: shown } = toGist(gist);
        if (shown || (shown === false && method === 'POST' && path === '/gists')) openGists.add(String(id));
        else if (shown === false && reads && !openGists.has(String(id))) privacy.readSecretGist();
      }
      if (inside !== undefined && reads && !openGists.has(inside)) privacy.readSecretGist();
    },
  };
}

/** Those of a user are public, unless it is the user of the credential. */
const isOfGists = /^\/(gists\b|users\/[^/]+\/gists$)/;

const toGist = (value: unknown): { id?: unknown; public?: unknown } =>
  typeof value === 'object' && value !== null ? value : {};
