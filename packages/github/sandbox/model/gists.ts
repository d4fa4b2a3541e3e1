import { createHash } from 'node:crypto';
import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import type { State } from './state.ts';

export interface GistComment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
}

export interface GistRevision {
  readonly version: string;
  readonly at: number;
  readonly files: ReadonlyMap<string, string>;
}

export interface Gist {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly owner: Account;
  description: string | null;
  readonly isPublic: boolean;
  /** Newest last; the last one is the gist as it is. */
  readonly revisions: GistRevision[];
  readonly comments: GistComment[];
  readonly forkOf: Gist | undefined;
  readonly stars: Set<number>;
  readonly createdAt: number;
  updatedAt: number;
}

export const gistsOf = attach<Map<string, Gist>, State>('gists', () => new Map());

const digest = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

export interface NewGist {
  readonly owner: Account;
  readonly files: Readonly<Record<string, string>>;
  readonly description?: string | null;
  readonly isPublic?: boolean;
  readonly forkOf?: Gist;
}

export function addGist(state: State, gist: NewGist): Gist {
  const now = state.now();
  const added: Gist = {
    ...{ id: digest('md5', `gist ${state.nextId()}`), owner: gist.owner, description: gist.description ?? null },
    ...{ isPublic: gist.isPublic ?? false, revisions: [], comments: [], forkOf: gist.forkOf, stars: new Set<number>() },
    ...{ createdAt: now, updatedAt: now },
  };
  revise(state, added, new Map(Object.entries(gist.files)));
  gistsOf(state).set(added.id, added);
  return added;
}

export function addGistComment(
  state: State,
  gist: Gist,
  { author, body }: { author: Account; body: string },
): GistComment {
  const now = state.now();
  const comment = { id: state.nextId(), author, body, createdAt: now, updatedAt: now };
  gist.comments.push(comment);
  return comment;
}

/** The files of a gist as they are. */
export const gistFiles = (gist: Gist): ReadonlyMap<string, string> => gist.revisions.at(-1)?.files ?? new Map();

/** A new revision; nothing where the files are the same. */
export function revise(state: State, gist: Gist, files: ReadonlyMap<string, string>): void {
  const content = JSON.stringify([...files]);
  if (gist.revisions.length > 0 && content === JSON.stringify([...gistFiles(gist)])) return;
  gist.updatedAt = state.now();
  const version = digest('sha1', `${gist.id} ${gist.revisions.length} ${content}`);
  gist.revisions.push({ version, at: gist.updatedAt, files });
}
