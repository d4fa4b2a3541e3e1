import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type DroppedLine, wholeLines } from './whole-lines.ts';

async function pass(input: string, { chunk, maxBytes }: { chunk: number; maxBytes: number }) {
  const bytes = Buffer.from(input);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, n) =>
    bytes.subarray(n * chunk, (n + 1) * chunk),
  );
  const dropped: DroppedLine[] = [];
  const output = await text(
    Readable.from(chunks).pipe(wholeLines({ maxBytes, onDropped: (line) => void dropped.push(line) })),
  );
  return { output, dropped };
}

test.each([1, 2, 3, 7, 100])('lines arrive whole and in order, cut into chunks of %i bytes', async (chunk) => {
  const input = 'one\n\nzwei und drei äöü 🎉\nfour\n';
  expect(await pass(input, { chunk, maxBytes: 100 })).toEqual({ output: input, dropped: [] });
});

test.each([1, 5, 64, 900])(
  'a line over the limit is dropped and the next ones go on, chunks of %i bytes',
  async (chunk) => {
    const long = `{"jsonrpc":"2.0","id":7,"x":"${'x'.repeat(2000)}"}\n`;
    const { output, dropped } = await pass(`a\n${long}b\n`, { chunk, maxBytes: 1000 });
    expect(output).toBe('a\nb\n');
    expect(dropped).toEqual([{ bytes: long.length, id: 7 }]);
  },
);

test('the id of a dropped request is found at either end, and not inside its arguments', async () => {
  const filler = `"params":{"id":99,"text":"${'x'.repeat(3000)}"}`;
  const idOf = async (line: string) => (await pass(`${line}\n`, { chunk: 500, maxBytes: 1000 })).dropped[0]?.id;
  expect(await idOf(`{"id":"a-1",${filler}}`)).toBe('a-1');
  expect(await idOf(`{"method":"m",${filler},"jsonrpc":"2.0","id":12}`)).toBe(12);
  expect(await idOf(`{"method":"m",${filler}}`)).toBe(undefined);
});

test('what is left without a line end is not passed on', async () => {
  expect(await pass('one\ntwo', { chunk: 4, maxBytes: 100 })).toEqual({ output: 'one\n', dropped: [] });
});
