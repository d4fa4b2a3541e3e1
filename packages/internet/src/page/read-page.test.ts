import { AppError } from '@mcp-servers/core';
import { describe, expect, it } from 'vitest';
import { toText } from './block.ts';
import { createParserThreads, workerFile } from './parser-threads.ts';
import { createPageReader } from './read-page.ts';

const url = 'https://example.org/';
const endless = '<div>'.repeat(1_000_000);
const never = (): AbortSignal => new AbortController().signal;
const failureOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => (error instanceof AppError ? error : expect.fail(String(error))),
  );

describe('reading pages on threads', () => {
  it('gives the page, several side by side on few threads', async () => {
    await using reader = createPageReader({ threads: 1 });
    const read = (n: number) => reader.readPage(`<html><body><h1>${n}</h1></body></html>`, { url, signal: never() });
    const pages = await Promise.all([1, 2, 3].map(read));
    expect(pages.map(({ blocks }) => toText(blocks))).toEqual(['# 1', '# 2', '# 3']);
  });

  it('ends a page that takes too long and says what to do instead', async () => {
    await using reader = createPageReader({ threads: 1, deadlineMs: 300 });
    const error = await failureOf(reader.readPage(endless, { url, signal: never(), mode: 'article' }));
    expect(error).toMatchObject({ code: 'validation', retryable: false, details: { reason: 'time' } });
    expect(error.hint).toContain('"text"');
  });

  it('gives the bare text of a page that cannot be parsed, when text is asked for', async () => {
    await using reader = createPageReader({ threads: 1, deadlineMs: 1_500 });
    const page = await reader.readPage(`${endless.slice(0, 1_000_000)}the text`, {
      url,
      signal: never(),
      mode: 'text',
    });
    expect(toText(page.blocks)).toBe('the text');
    expect(page.notes[0]).toContain('took too long');
  });

  it('survives a page that needs more memory than a thread has', async () => {
    await using reader = createPageReader({ threads: 1, memoryMiB: 24, deadlineMs: 60_000 });
    const error = await failureOf(reader.readPage('<p class=a>a'.repeat(300_000), { url, signal: never() }));
    expect(error).toMatchObject({ code: 'validation', details: { reason: 'memory' } });
  });

  it('stops when the caller does, in work or waiting, and goes on with the next page', async () => {
    await using reader = createPageReader({ threads: 1, deadlineMs: 60_000 });
    const running = new AbortController();
    const waiting = new AbortController();
    const first = failureOf(reader.readPage(endless, { url, signal: running.signal }));
    const second = failureOf(reader.readPage(endless, { url, signal: waiting.signal }));
    waiting.abort();
    expect((await second).code).toBe('cancelled');
    running.abort();
    expect((await first).code).toBe('cancelled');
    const next = await reader.readPage('<p>fine</p>', { url, signal: never() });
    expect(toText(next.blocks)).toBe('fine');
    expect((await failureOf(reader.readPage('', { url, signal: running.signal }))).code).toBe('cancelled');
  });

  it('refuses more pages than may wait', async () => {
    await using threads = createParserThreads({ threads: 1, maxWaiting: 1, deadlineMs: 60_000 });
    const abort = new AbortController();
    const job = { html: endless, url, format: 'markdown' as const };
    const held = [failureOf(threads.run(job, abort.signal)), failureOf(threads.run(job, abort.signal))];
    const error = await failureOf(threads.run(job, abort.signal));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    abort.abort();
    await Promise.all(held);
  });

  it('fails what is in work when it is disposed', async () => {
    const reader = createPageReader({ threads: 1 });
    const held = failureOf(reader.readPage(endless, { url, signal: never() }));
    await reader[Symbol.asyncDispose]();
    expect((await held).code).toBe('cancelled');
  });

  it('runs the source beside a source file', () => {
    expect(workerFile('file:///x/src/page/parser-threads.ts').pathname).toBe('/x/src/page/worker.ts');
    expect(workerFile('file:///x/dist/page/parser-threads.js').pathname).toBe('/x/dist/page/worker.js');
  });
});
