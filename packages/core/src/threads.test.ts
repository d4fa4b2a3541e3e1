import { describe, expect, test } from 'vitest';
import { CancelledError } from './errors.ts';
import { createThreads, type ThreadOptions } from './threads.ts';

const signal = new AbortController().signal;
const file = new URL('./threads.fixture.ts', import.meta.url);
const open = (options: Partial<ThreadOptions> = {}) =>
  createThreads<string, string>({ file, deadlineMs: 60_000, ...options });

describe('threads', () => {
  test('answer, more jobs than threads in turn, on the same thread', async () => {
    await using threads = open();
    const answers = await Promise.all(['echo', 'which', 'which'].map((job) => threads.run(job, { signal })));
    expect(answers[0]).toBe('echo');
    expect(answers[1]).toBe(answers[2]);
  });

  test('end after the last job of theirs', async () => {
    await using threads = open();
    const first = await threads.run('which', { signal, last: true });
    expect(await threads.run('which', { signal })).not.toBe(first);
  });

  test('pass on what went wrong and go on', async () => {
    await using threads = open();
    await expect(threads.run('throw', { signal })).rejects.toMatchObject({
      ...{ name: 'ThreadFailure', reason: 'failed', message: 'TypeError: no good' },
    });
    expect(await threads.run('echo', { signal })).toBe('echo');
  });

  test.each([
    ['time', 'spin', { deadlineMs: 50 }],
    ['memory', 'fill', { memoryMiB: 24 }],
  ])('end a job that takes too much %s', async (reason, job, options) => {
    await using threads = open(options);
    await expect(threads.run(job, { signal })).rejects.toMatchObject({ reason });
    expect(await threads.run('echo', { signal, deadlineMs: 60_000 })).toBe('echo');
  });

  test('stop with their caller, in work or waiting', async () => {
    await using threads = open();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const first = threads.run('spin', { signal: running.signal });
    const second = threads.run('echo', { signal: waiting.signal });
    waiting.abort();
    await expect(second).rejects.toThrow(CancelledError);
    running.abort();
    await expect(first).rejects.toThrow(CancelledError);
    await expect(threads.run('echo', { signal: running.signal })).rejects.toThrow(CancelledError);
    expect(await threads.run('echo', { signal })).toBe('echo');
  });

  test('refuse more jobs than may wait, and fail all of them when they are closed', async () => {
    const threads = open({ maxWaiting: 1 });
    const held = [1, 2].map(() => threads.run('spin', { signal }));
    const ends = held.map((job) => expect(job).rejects.toThrow(CancelledError));
    await expect(threads.run('echo', { signal })).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await threads[Symbol.asyncDispose]();
    await Promise.all(ends);
  });
});
