/** An item as the page shows it, with the version that a change of it is based on. */
export interface Shown {
  id: string;
  version?: number | undefined;
}

export type InTurn = <T>(item: Shown, send: (version: number | undefined) => Promise<Sent<T>>) => Promise<T>;
interface Sent<T> {
  /** Version of the item afterwards. */
  version: number;
  answer: T;
}

/**
 * Changes of one item go out one after the other. One that was made before the page knew what the earlier ones had made of the
 * version goes on from there; whatever others changed in between still refuses it.
 */
export function createTurns(): InTurn {
  /** From the version the first change was based on, to what the latest made of it. */
  const made = new Map<string, { from: number; to: number }>();
  const last = new Map<string, Promise<unknown>>();
  return (item, send) => {
    const run = async () => {
      const own = made.get(item.id);
      const isOwn =
        own !== undefined && item.version !== undefined && own.from <= item.version && item.version <= own.to;
      const base = isOwn ? own.to : item.version;
      const { version, answer } = await send(base);
      made.set(item.id, { from: isOwn ? own.from : (base ?? version), to: version });
      return answer;
    };
    const turn = (last.get(item.id) ?? Promise.resolve()).then(run, run);
    last.set(item.id, turn);
    return turn;
  };
}
