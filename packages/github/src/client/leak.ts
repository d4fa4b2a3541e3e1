import { createLeakGuard } from '@mcp-servers/core/outside';
import type { SeenRepository } from './allow/answers.ts';
import type { Lookups } from './lookups.ts';

/** Keeps what was read in private from being written in public; see `createLeakGuard` for what it is not. */
export interface PrivacyGuard {
  /** Something of this repository was read. */
  read(repository: SeenRepository): void;
  /** A secret gist was read. */
  readSecretGist(): void;
  /** Before a write. Throws AuthError when the repository is public and something private was read. */
  write(repository: SeenRepository): Promise<void>;
  /** Before a write to a public place that is no repository. */
  writePublic(name: string): Promise<void>;
  /** Before a write to a secret gist: public for everything but what was read in secret gists. */
  writeSecretGist(): Promise<void>;
  /** False as long as nothing can be refused, so that nobody needs to ask who owns what. */
  readonly watching: boolean;
  readonly privateRead: readonly string[];
}

const leakSetting = 'GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE';

/** How long a visibility that was seen is believed. */
const believedMs = 600_000;
/** Repositories whose visibility is asked for before one write; of more it is assumed that one is private. */
const mostAsked = 100;
const mostKnown = 2000;

/**
 * Reads cost nothing: whether a repository is private is asked only when something is about to be written in public, and only where no
 * answer has told it before.
 */
export function createPrivacyGuard(
  lookups: Pick<Lookups, 'repository'>,
  { enabled, now = () => performance.now() }: { enabled: boolean; now?: () => number },
): PrivacyGuard {
  const guard = createLeakGuard({ enabled, setting: leakSetting });
  const gists = createLeakGuard({ enabled, setting: leakSetting });
  const visibility = new Map<string, { private: boolean; at: number }>();
  const unresolved = new Map<string, string>();

  function learn({ full_name, private: hidden }: SeenRepository): boolean | undefined {
    const key = full_name.toLowerCase();
    if (hidden !== undefined) {
      if (visibility.size >= mostKnown) visibility.clear();
      visibility.set(key, { private: hidden, at: now() });
      return hidden;
    }
    const known = visibility.get(key);
    return known && now() - known.at < believedMs ? known.private : undefined;
  }

  async function ask(full_name: string): Promise<boolean | undefined> {
    const known = learn({ full_name });
    if (known !== undefined) return known;
    const found = await lookups.repository(full_name);
    return found && learn({ full_name, private: found.private ?? true });
  }

  /** Finds out about everything that was read. */
  async function resolve(): Promise<void> {
    const names = [...unresolved.values()];
    const rest = names.slice(mostAsked);
    await Promise.all(
      names.slice(0, mostAsked).map(async (name) => {
        // What can no longer be seen was not public.
        if ((await ask(name)) !== false) guard.readPrivate(name);
        unresolved.delete(name.toLowerCase());
      }),
    );
    for (const name of rest) guard.readPrivate(name);
  }

  async function writePublic(name: string): Promise<void> {
    if (!enabled) return;
    await resolve();
    guard.writePublic(name);
    gists.writePublic(name);
  }

  const isClean = () => guard.read.length === 0 && gists.read.length === 0 && unresolved.size === 0;

  return {
    read(repository) {
      if (!enabled) return;
      const hidden = learn(repository);
      if (hidden === undefined) unresolved.set(repository.full_name.toLowerCase(), repository.full_name);
      else if (hidden) guard.readPrivate(repository.full_name);
    },
    readSecretGist: () => gists.readPrivate('a secret gist'),
    async write(repository) {
      if (!enabled || isClean()) return;
      // A place that this credential cannot see refuses the write by itself.
      if ((learn(repository) ?? (await ask(repository.full_name))) !== false) return;
      await writePublic(repository.full_name);
    },
    writePublic,
    async writeSecretGist() {
      if (!enabled) return;
      await resolve();
      guard.writePublic('A secret gist, which everyone who has its address can read,');
    },
    get watching() {
      return enabled && !isClean();
    },
    get privateRead() {
      return [...guard.read, ...gists.read];
    },
  };
}
