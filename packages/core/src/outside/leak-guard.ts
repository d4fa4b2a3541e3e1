import { AuthError } from '../errors.ts';

export interface LeakGuard {
  /** To be told of every read of something that is not public, with its name. */
  readPrivate(name: string): void;
  /** Before a write to a public place. Throws AuthError after a private read. */
  writePublic(name: string): void;
  /** What was read that is private, the last ten; empty when nothing was. */
  readonly read: readonly string[];
}

/**
 * Refuses to write to public places once something private was read, because that is how a prompt hidden in an issue carries data
 * out. It remembers for as long as it lives, one process or one principal. A guard, not a boundary: a model can still be made to
 * write in private places that others read.
 */
export function createLeakGuard({ enabled, setting }: { enabled: boolean; setting: string }): LeakGuard {
  const read = new Set<string>();
  return {
    readPrivate(name) {
      read.delete(name);
      read.add(name);
      const [oldest] = read;
      if (read.size > 10 && oldest !== undefined) read.delete(oldest);
    },
    writePublic(name) {
      if (!enabled || read.size === 0) return;
      throw new AuthError(
        `${name} is public, and this server has read private data (${[...read].slice(-3).join(', ')}). Nothing was sent.`,
        {
          hint: `A person can allow it with ${setting}=true, or start the server anew. Ask them; do not look for another way.`,
        },
      );
    },
    get read() {
      return [...read];
    },
  };
}
