import type { Account } from './accounts.ts';
import type { Attachable } from './attached.ts';
import type { Repository } from './repository.ts';
import type { Token } from './tokens.ts';

export interface RefChange {
  readonly kind: 'ref';
  readonly repository: Repository;
  /** Full name: refs/heads/main. */
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly actor: Account | undefined;
}

export interface Bounds {
  /** Entries of a recursive tree before it is truncated. */
  treeEntries: number;
  /** Bytes: JSON contents come up to the first, raw contents and blobs up to the second. */
  contents: number;
  blob: number;
  /** Files of a comparison, and of one page of a commit. */
  files: number;
  /** Lines of one patch before it is left out. */
  patchLines: number;
  searchResults: number;
}

/** Everything that the sandbox knows. Areas keep their own data in `attached`, and listen to changes. */
export interface State extends Attachable {
  readonly accounts: Map<number, Account>;
  readonly repositories: Map<number, Repository>;
  readonly tokens: Map<string, Token>;
  /** Old 'owner/name' in small letters -> repository id. */
  readonly renamed: Map<string, number>;
  readonly bounds: Bounds;
  /** Addresses without a slash at the end; set when the server listens. */
  readonly urls: { api: string; html: string };
  /** True: search answers are marked as incomplete. */
  searchTimesOut: boolean;
  nextId(): number;
  /** Milliseconds since 1970, whole seconds. */
  now(): number;
  onChange(listener: (change: RefChange) => void): void;
  changed(change: RefChange): void;
}

export interface StateOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly bounds?: Partial<Bounds>;
}

const megabyte = 1024 * 1024;

export function createState({ clock = Date.now, bounds }: StateOptions = {}): State {
  const listeners: ((change: RefChange) => void)[] = [];
  let lastId = 1000;
  return {
    accounts: new Map(),
    repositories: new Map(),
    tokens: new Map(),
    renamed: new Map(),
    attached: new Map(),
    bounds: {
      treeEntries: 100_000,
      contents: megabyte,
      blob: 100 * megabyte,
      files: 300,
      patchLines: 3000,
      searchResults: 1000,
      ...bounds,
    },
    urls: { api: 'https://api.github.com', html: 'https://github.com' },
    searchTimesOut: false,
    nextId() {
      lastId += 1;
      return lastId;
    },
    now: () => Math.floor(clock() / 1000) * 1000,
    onChange: (listener) => void listeners.push(listener),
    changed: (change) => {
      for (const listener of listeners) listener(change);
    },
  };
}

/** GitHub's way to write a time. */
export const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
