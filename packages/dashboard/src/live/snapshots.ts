import type { Snapshot } from '../contract.ts';
import type { Place } from './follower.ts';

/** A snapshot is shared by those who come within this time: a thousand at once cost one reading. */
const sharedMs = 1000;

export type Content = Omit<Snapshot, 'resumed' | 'timestamp'>;

export interface Taken {
  /** Not later than the content: whatever changed after it is told as events. */
  place: Place;
  content: Content;
}

export function shareSnapshots(place: () => Place | undefined, read: () => Promise<Content>): () => Promise<Taken> {
  let shared: { at: number; taken: Promise<Taken> } | undefined;
  const take = async (): Promise<Taken> => {
    const from = place();
    if (!from) throw new Error('the event log has not been read yet');
    return { place: from, content: await read() };
  };
  return () => {
    const isFresh = shared && performance.now() - shared.at < sharedMs;
    if (shared && isFresh) return shared.taken;
    const taken = take();
    shared = { at: performance.now(), taken };
    taken.catch(() => {
      shared = undefined; // The next one tries again.
    });
    return taken;
  };
}
