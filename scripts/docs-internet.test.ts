import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type VendorHandler, withUpstream } from '../packages/core/src/testing/index.ts';
import { type TestInternet, withInternet } from '../packages/internet/src/internet.fixture.ts';
import { searxng, sites, withoutJson } from './docs-internet.fixture.ts';
import { fillAnswers } from './worked-examples.ts';

const document = fileURLToPath(new URL('../docs/internet.md', import.meta.url));

/** Servers that the examples speak of, by the search they are configured with. */
async function withServers() {
  const stack = new AsyncDisposableStack();
  const open = async (handler: VendorHandler): Promise<TestInternet> => {
    const { url } = stack.use(await withUpstream(handler));
    return stack.use(await withInternet(sites, { SEARXNG_URL: url }));
  };
  const servers: Readonly<Record<string, TestInternet>> = {
    web: await open(searxng),
    'json-off': await open(withoutJson),
  };
  return { servers, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Marks, ports, cursors, ages and times differ each time. */
const settled = (answer: string): string =>
  answer
    .replace(/<<(untrusted|end) [0-9a-f]{8}/g, '<<$1 <mark>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/with cursor "[\w-]+"/g, 'with cursor "<cursor>"')
    .replace(/kept for \d+ s/g, 'kept for <n> s')
    .replace(/("(?:at|paused_until)": )"[^"]+"/g, '$1"<time>"')
    .trimEnd();

/** Of a search, a crawl, or the first document that was read. */
function cursorOf(data: Record<string, unknown>): unknown {
  const [first] = (data.results ?? []) as { next_cursor?: string }[];
  return data.next_cursor ?? first?.next_cursor;
}

/** Blocks `json <server> <tool>` are calls, in order; `"<cursor>"` is that of the answer before. */
test('the worked examples of docs/internet.md answer as they say (vitest --update writes the answers)', async () => {
  await using examples = await withServers();
  let cursor: unknown;
  const { text, calls } = await fillAnswers(readFileSync(document, 'utf8'), {
    words: 2,
    async answer({ words: [name = '', tool = ''], body, line }) {
      const server = examples.servers[name];
      if (server === undefined) throw new Error(`line ${line}: there is no server ${name}`);
      const args = JSON.parse(body) as Record<string, unknown>;
      const answer = await server.call(tool, args.cursor === '<cursor>' ? { ...args, cursor } : args);
      cursor = cursorOf(answer.data);
      return settled(answer.text);
    },
  });
  expect(calls).toBeGreaterThan(12);
  await expect(text).toMatchFileSnapshot(document);
});
