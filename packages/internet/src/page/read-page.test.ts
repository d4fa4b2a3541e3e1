import { AppError } from '@mcp-servers/core';
import { describe, expect, it } from 'vitest';
import { toText } from './block.ts';
import { createPageReader, workerFile } from './read-page.ts';

const url = 'https://example.org/';
/** Takes long whatever the machine, as each cell is written out for every column that it spans. */
const slow = `<p>the text</p>${'<table><tr><th>a<th>b<tr><td>1<td>2</table>'.repeat(40_000)}`;
const never = (): AbortSignal => new AbortController().signal;
const failureOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => expect.fail('It should have failed.'),
    (error: unknown) => (error instanceof AppError ? error : expect.fail(String(error))),
  );

describe('reading pages on threads', () => {
  it('gives the page, several side by side on few threads', async () => {
    await using reader = createPageReader();
    const read = (n: number) => reader.readPage(`<html><body><h1>${n}</h1></body></html>`, { url, signal: never() });
    const pages = await Promise.all([1, 2, 3].map(read));
    expect(pages.map(({ blocks }) => toText(blocks))).toEqual(['# 1', '# 2', '# 3']);
  });

  it('takes bytes, and says what was odd about their encoding', async () => {
    await using reader = createPageReader();
    const source = { body: new Uint8Array([0x3c, 0x70, 0x3e, 0xe9]), contentType: 'text/html; charset=utf-8' };
    const page = await reader.readPage(source, { url, signal: never() });
    expect([toText(page.full), page.notes[0]]).toEqual(['é', 'The content-type says utf-8, which the bytes are not.']);
  });

  it('reads the article alone where that is all that is shown', async () => {
    await using reader = createPageReader();
    const page = await reader.readPage('<p>one</p>', { url, signal: never(), mode: 'article' });
    expect([toText(page.blocks), page.full]).toEqual(['one', []]);
  });

  it('ends a page that takes too long and says what to do instead', async () => {
    await using reader = createPageReader({ deadlineMs: 1 });
    const error = await failureOf(reader.readPage(slow, { url, signal: never(), mode: 'article' }));
    expect(error).toMatchObject({ code: 'validation', retryable: false, details: { reason: 'time' } });
    expect(error.hint).toContain('"text"');
  });

  it('survives a page that needs more memory than a thread has', async () => {
    await using reader = createPageReader({ memoryMiB: 24, deadlineMs: 60_000 });
    const error = await failureOf(reader.readPage('<p class=a>a'.repeat(180_000), { url, signal: never() }));
    expect(error).toMatchObject({ code: 'validation', details: { reason: 'memory' } });
  });

  it('gives the bare text of a page that cannot be parsed, when text is asked for', async () => {
    await using reader = createPageReader({ memoryMiB: 24, deadlineMs: 60_000 });
    const html = `${'<p class=a>'.repeat(180_000)}the text`;
    const page = await reader.readPage(html, { url, signal: never(), mode: 'text' });
    expect(toText(page.blocks)).toBe('the text');
    expect(page.notes[0]).toContain('too much memory');
  });

  it('reads the beginning of a page that is too large, and all of its text', async () => {
    await using reader = createPageReader({ deadlineMs: 60_000 });
    const html = `<h1>Start</h1><p>${'word '.repeat(1_200_000)}the end`;
    const page = await reader.readPage(html, { url, signal: never(), mode: 'article' });
    expect(page.outline[0]?.title).toBe('Start');
    expect(page.notes[0]).toContain('the first 34 % of it were read');
    const text = await reader.readPage(html, { url, signal: never(), mode: 'text' });
    expect(toText(text.full)).toMatch(/the end$/);
  });

  it('fails what is in work when it is disposed', async () => {
    const reader = createPageReader();
    const held = failureOf(reader.readPage(slow, { url, signal: never() }));
    await reader[Symbol.asyncDispose]();
    expect((await held).code).toBe('cancelled');
  });

  it('runs the source beside a source file', () => {
    expect(workerFile('file:///x/src/page/read-page.ts').pathname).toBe('/x/src/page/worker.ts');
    expect(workerFile('file:///x/dist/page/read-page.js').pathname).toBe('/x/dist/page/worker.js');
  });
});
