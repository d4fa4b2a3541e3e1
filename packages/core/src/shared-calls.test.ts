import { describe, expect, test } from 'vitest';
import { CancelledError } from './errors.ts';
import { createSharedCalls } from './shared-calls.ts';

const signal = new AbortController().signal;

/** Work that waits to be let go, and tells how often it began and whether it was aborted. */
function held() {
  const gate = Promise.withResolvers<string>();
  const state = { begun: 0, aborted: false };
  const work = (inner: AbortSignal) => {
    state.begun += 1;
    inner.addEventListener('abort', () => {
      state.aborted = true;
    });
    return gate.promise;
  };
  return { gate, state, work };
}

describe('shared calls', () => {
  test('run once for all who ask at the same time, and again afterwards', async () => {
    const { gate, state, work } = held();
    const shared = createSharedCalls();
    const both = Promise.all([shared.run('a', signal, work), shared.run('a', signal, work)]);
    gate.resolve('done');
    expect(await both).toEqual(['done', 'done']);
    await shared.run('a', signal, work);
    await shared.run('b', signal, work);
    expect(state.begun).toBe(3);
  });

  test('go on while one caller is left, and stop with the last', async () => {
    const { state, work } = held();
    const shared = createSharedCalls();
    const callers = [new AbortController(), new AbortController()];
    const runs = callers.map((caller) => shared.run('a', caller.signal, work));
    callers[0]?.abort();
    await expect(runs[0]).rejects.toThrow(CancelledError);
    expect(state.aborted).toBe(false);
    callers[1]?.abort();
    await expect(runs[1]).rejects.toThrow(CancelledError);
    expect(state.aborted).toBe(true);
  });

  test('a failure is for all who waited and is not kept', async () => {
    const { gate, work } = held();
    const shared = createSharedCalls();
    const runs = [shared.run('a', signal, work), shared.run('a', signal, work)];
    gate.reject(new Error('no'));
    for (const run of runs) await expect(run).rejects.toThrow('no');
    expect(await shared.run('a', signal, async () => 'yes')).toBe('yes');
  });

  test('nobody who left already begins one', async () => {
    const { state, work } = held();
    await expect(createSharedCalls().run('a', AbortSignal.abort(), work)).rejects.toThrow(CancelledError);
    expect(state.begun).toBe(0);
  });
});
