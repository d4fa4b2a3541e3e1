import { useSyncExternalStore } from 'react';

/** A value of the whole page, for those who change it and those who show it. */
export interface Box<T> {
  get(): T;
  set(next: T): void;
  /** The value, in a component. */
  use(): T;
}

export function createBox<T>(first: T): Box<T> {
  const listeners = new Set<() => void>();
  let value = first;
  const get = (): T => value;
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set(next) {
      value = next;
      for (const tell of listeners) tell();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
