import { ProtocolError, ResourceNotFoundError } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { NotFoundError, UnavailableError } from './errors.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { definePrompt } from './prompt.ts';
import { defineResource, matchUri } from './resource.ts';
import { createServer, operationsOf } from './server.ts';
import { connect, type Era, eras } from './testing/connect.ts';
import { selectBy } from './toolsets.ts';

interface Deps {
  documents: ReadonlyMap<string, string>;
}

const document = defineResource({
  name: 'document',
  title: 'Document',
  description: 'A document.',
  uri: 'doc://{id}',
  mimeType: 'text/plain',
  variables: z.object({
    id: z
      .string()
      .regex(/^[a-z]\d+$/i, 'must be a letter with a number.')
      .toLowerCase(),
  }),
  async read({ id }, { documents }: Deps, call) {
    call.annotate({ document: id });
    if (id === 'x1') throw new UnavailableError('Not now.', { hint: 'Wait.', retryAfterSeconds: 2 });
    if (id === 'x2') throw new TypeError('the password is hunter2');
    if (id === 'x3') await new Promise((_, reject) => call.signal.addEventListener('abort', reject));
    const text = documents.get(id);
    if (text === undefined) throw new NotFoundError(`There is no ${id}.`, { hint: 'Near it: a1.' });
    return text;
  },
  async complete({ prefix }, { documents }) {
    const values = [...documents.keys()].filter((id) => id.startsWith(prefix));
    return { values, total: prefix === 'many' ? undefined : values.length };
  },
  async list({ cursor }, { documents }) {
    const ids = [...documents.keys()];
    const from = Number(cursor ?? 0);
    return {
      entries: ids.slice(from, from + 2).map((id) => ({ uri: `doc://${id}`, title: id, lastModified: new Date(0) })),
      ...(ids.length > from + 2 && { next: String(from + 2) }),
    };
  },
});

const other = defineResource({
  ...{ name: 'other', title: 'Other', description: 'Another.', uri: 'other://{a}/part/{b}', mimeType: 'text/plain' },
  variables: z.object({ a: z.string(), b: z.string() }),
  read: async ({ a, b }) => `${a} and ${b}`,
  list: async () => ({ entries: [{ uri: 'other://1/part/2', title: 'One' }] }),
});

const greet = definePrompt({
  name: 'greet',
  title: 'Greet',
  description: 'Says hello.',
  needs: ['say_it'],
  arguments: z.strictObject({
    name: z.string().max(20).describe('Whom'),
    tone: z.enum(['warm', 'cool']).optional(),
  }),
  async run({ name, tone = 'plain' }) {
    if (name === 'nobody') throw new TypeError('the password is hunter2');
    return [
      { role: 'user', text: `Greet ${name}, ${tone}.` },
      { role: 'assistant', text: name === 'long' ? 'a line\n'.repeat(10_000) : 'Hello.' },
    ];
  },
  complete: async ({ argument }) => ({
    values: argument === 'tone' ? ['warm', 'cool'] : [],
    total: argument === 'tone' ? 2 : 0,
  }),
});

const many = Array.from({ length: 150 }, (_, index) => [`m${index}`, 'x'] as const);

function setUp({
  documents = [['a1', 'One.'] as const],
  only,
}: {
  documents?: (readonly [string, string])[];
  only?: 'tools';
} = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    ...{ name: 'test', level: 'info' },
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const offers = only === 'tools' ? {} : { resources: [document, other], prompts: [greet] };
  const metrics = createMetrics({ prefix: 'test', operations: operationsOf({ tools: [], ...offers }) });
  const factory = createServer<Deps>({
    ...{ name: 'test', title: 'Test', version: '1.2.3', instructions: 'Test.', tools: [], log, metrics, ...offers },
    deps: { documents: new Map(documents) },
  });
  return { factory, lines, metrics };
}

async function failure(work: Promise<unknown>): Promise<ProtocolError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProtocolError) return error;
  throw new Error(`not a protocol error: ${String(error)}`);
}

describe.each(Object.keys(eras) as Era[])('resources and prompts, %s era', (era) => {
  test('are advertised by a server that has them, without promises that are not kept', async () => {
    await using connection = await connect(setUp().factory, { era });
    const { tools: _, ...capabilities } = connection.client.getServerCapabilities() ?? {};
    expect(capabilities).toEqual({
      ...{ resources: { listChanged: false }, prompts: { listChanged: false }, completions: {} },
    });
  });

  test('are not advertised by a server that has none', async () => {
    await using connection = await connect(setUp({ only: 'tools' }).factory, { era });
    expect(Object.keys(connection.client.getServerCapabilities() ?? {})).toEqual(['tools']);
  });

  test('templates and prompts are listed with what people choose by', async () => {
    await using connection = await connect(setUp().factory, { era });
    const { resourceTemplates } = await connection.client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([
      { ...{ uriTemplate: 'doc://{id}', name: 'document', title: 'Document', mimeType: 'text/plain' } },
      { uriTemplate: 'other://{a}/part/{b}' },
    ]);
    const { prompts } = await connection.client.listPrompts();
    expect(prompts).toEqual([
      {
        ...{ name: 'greet', title: 'Greet', description: 'Says hello.' },
        arguments: [
          { name: 'name', description: 'Whom', required: true },
          { name: 'tone', required: false },
        ],
      },
    ]);
  });

  test('entries are listed page by page, one family after the other', async () => {
    const { factory } = setUp({ documents: [...'abc'].map((letter) => [`${letter}1`, letter] as const) });
    await using connection = await connect(factory, { era });
    const page = async (cursor?: string) =>
      connection.client.request({ method: 'resources/list', params: cursor === undefined ? {} : { cursor } });
    const first = await page();
    expect(first.resources).toMatchObject([
      {
        ...{ uri: 'doc://a1', title: 'a1', mimeType: 'text/plain' },
        annotations: { lastModified: '1970-01-01T00:00:00.000Z' },
      },
      { uri: 'doc://b1' },
    ]);
    const second = await page(first.nextCursor);
    expect(second.resources.map(({ uri }) => uri)).toEqual(['doc://c1']);
    const third = await page(second.nextCursor);
    expect(third.resources.map(({ uri }) => uri)).toEqual(['other://1/part/2']);
    expect(third.nextCursor).toBeUndefined();
    for (const cursor of ['', 'nonsense', 'W10', Buffer.from('["nobody",null]').toString('base64url')])
      expect((await failure(page(cursor))).message).toContain('cursor: not one that was given out here.');
  });

  test('a document is read by its address, however its scheme is written', async () => {
    await using connection = await connect(setUp().factory, { era });
    for (const uri of ['doc://a1', 'DOC://A1', 'doc://a1/', 'doc://%611']) {
      expect((await connection.client.readResource({ uri })).contents).toEqual([
        { uri, mimeType: 'text/plain', text: 'One.' },
      ]);
    }
    const { contents } = await connection.client.readResource({ uri: 'other://x%20y/part/2' });
    expect(contents).toMatchObject([{ text: 'x y and 2' }]);
  });

  test('what is not there is told in the way of the protocol, with the address and a hint', async () => {
    await using connection = await connect(setUp().factory, { era });
    const missing = await failure(connection.client.readResource({ uri: 'doc://b7' }));
    expect(missing).toBeInstanceOf(ResourceNotFoundError);
    expect(missing).toMatchObject({ code: -32602, data: { uri: 'doc://b7' } });
    expect(missing.message).toContain('There is no b7. Near it: a1.');
    for (const uri of [
      'doc://',
      'doc://../..',
      'doc://a1/b',
      'doc://a1?x',
      'doc://a1#x',
      'doc://%zz',
      'doc://%00',
      'doc://%E0%A4',
      'nope://1',
      'x',
      '',
    ]) {
      const error = await failure(connection.client.readResource({ uri }));
      expect(error, uri).toMatchObject({ code: -32602, data: { uri } });
      expect(error.message).toMatch(/There is nothing at .*(Addresses are like doc:\/\/\{id\}|id must be a letter)/s);
    }
  });

  test('an address that cannot be one is refused without being repeated', async () => {
    await using connection = await connect(setUp().factory, { era });
    const long = await failure(connection.client.readResource({ uri: `doc://${'a'.repeat(10_000)}` }));
    expect(long).toMatchObject({ code: -32602, data: { code: 'validation' } });
    expect(long.message.length).toBeLessThan(300);
    const nul = await failure(connection.client.readResource({ uri: 'doc://a\0' }));
    expect(nul.message).toContain('NUL');
  });

  test('failures tell programs whether a retry helps, and defects show a reference only', async () => {
    const { factory, lines } = setUp();
    await using connection = await connect(factory, { era });
    const busy = await failure(connection.client.readResource({ uri: 'doc://x1' }));
    expect(busy).toMatchObject({ code: -32603, data: { code: 'unavailable', retryable: true, retry_after_s: 2 } });
    expect(busy.message).toContain('Not now. Wait.');
    for (const work of [
      connection.client.readResource({ uri: 'doc://x2' }),
      connection.client.getPrompt({ name: 'greet', arguments: { name: 'nobody' } }),
    ]) {
      const broken = await failure(work);
      expect(broken).toMatchObject({ code: -32603, data: { code: 'internal' } });
      expect(broken.message).not.toContain('hunter2');
      const [, reference] = /reference ([0-9a-f]{8})/.exec(broken.message) ?? [];
      expect(lines.find((line) => line.reference === reference)).toMatchObject({ level: 'error' });
    }
  });

  test('an answer that is too long is cut at a line, and says so', async () => {
    await using connection = await connect(setUp({ documents: [['a1', 'a line\n'.repeat(10_000)]] }).factory, { era });
    const { contents } = await connection.client.readResource({ uri: 'doc://a1' });
    const { text } = contents[0] as { text: string };
    expect(text.length).toBeLessThanOrEqual(20_000);
    expect(text).toMatch(/a line\n\n\(\d+ more characters did not fit\.\)$/);
    const prompt = await connection.client.getPrompt({ name: 'greet', arguments: { name: 'long' } });
    expect(JSON.stringify(prompt.messages).length).toBeLessThan(24_000);
  });

  test('a prompt answers its messages; what was left empty counts as not given', async () => {
    await using connection = await connect(setUp().factory, { era });
    const { description, messages } = await connection.client.getPrompt({
      name: 'greet',
      arguments: { name: 'Ann', tone: ' ' },
    });
    expect(description).toBe('Says hello.');
    expect(messages).toEqual([
      { role: 'user', content: { type: 'text', text: 'Greet Ann, plain.' } },
      { role: 'assistant', content: { type: 'text', text: 'Hello.' } },
    ]);
  });

  test('missing, unknown and wrong arguments of a prompt are told, all at once', async () => {
    await using connection = await connect(setUp().factory, { era });
    const error = await failure(connection.client.getPrompt({ name: 'greet', arguments: { tone: 'hot', nam: 'x' } }));
    expect(error).toMatchObject({ code: -32602, data: { code: 'validation', retryable: false } });
    expect(error.message).toContain('- name: required (string).');
    expect(error.message).toContain('- tone: ');
    expect(error.message).toContain('unknown field "nam". Did you mean name?');
    expect((await failure(connection.client.getPrompt({ name: 'greet' }))).message).toContain('name: required');
    const unknown = await failure(connection.client.getPrompt({ name: 'gret' }));
    expect(unknown).toMatchObject({ code: -32602 });
    expect(unknown.message).toContain('There is no prompt "gret". Did you mean greet?');
  });

  test('completion passes on 100 values at most and says truly whether there are more', async () => {
    await using connection = await connect(setUp({ documents: [['a1', ''], ['a2', ''], ...many] }).factory, { era });
    const complete = async (value: string, name = 'id') =>
      (
        await connection.client.complete({
          ref: { type: 'ref/resource', uri: 'doc://{id}' },
          argument: { name, value },
        })
      ).completion;
    expect(await complete('a')).toEqual({ values: ['a1', 'a2'], total: 2, hasMore: false });
    expect(await complete('m')).toMatchObject({ total: 150, hasMore: true });
    expect((await complete('m')).values).toHaveLength(100);
    expect(await complete('many')).toEqual({ values: [], hasMore: true });
    expect((await failure(complete('a', 'ids'))).message).toContain('Did you mean id?');
    expect((await failure(complete('a\0'))).message).toContain('NUL');
    expect((await failure(complete('a'.repeat(10_000)))).message).toContain('value: ');
    const tones = await connection.client.complete({
      ref: { type: 'ref/prompt', name: 'greet' },
      argument: { name: 'tone', value: '' },
    });
    expect(tones.completion.values).toEqual(['warm', 'cool']);
    const nothing = connection.client.complete({
      ref: { type: 'ref/prompt', name: 'x' },
      argument: { name: 'a', value: '' },
    });
    expect((await failure(nothing)).message).toContain('There are: greet, doc://{id}, other://{a}/part/{b}.');
  });
});

test('each call has one line in the log and one observation, under the name of what was called', async () => {
  const { factory, lines, metrics } = setUp();
  await using connection = await connect(factory);
  await connection.client.readResource({ uri: 'doc://a1' });
  await failure(connection.client.readResource({ uri: 'doc://b1' }));
  await connection.client.getPrompt({ name: 'greet', arguments: { name: 'Ann' } });
  await connection.client.listResources();
  await connection.client.complete({
    ref: { type: 'ref/prompt', name: 'greet' },
    argument: { name: 'name', value: '' },
  });
  expect(lines.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
    'resource_read success',
    'resource_read not_found',
    'prompt_get success',
    'resource_list success',
    'resource_list success',
    'completion success',
  ]);
  expect(lines[0]).toMatchObject({ resource: 'document', document: 'a1', client: 'test-client' });
  const text = await metrics.text();
  expect(text).toContain('test_request_duration_seconds_count{operation="resource:document",status="success"} 1');
  expect(text).toContain('test_errors_total{operation="resource:document",error_type="not_found"} 1');
  expect(text).toContain('operation="prompt:greet:complete"');
  expect(text).not.toContain('unknown');
});

test('a call that the client gives up is told to what runs, and counted as cancelled', async () => {
  const { factory, lines } = setUp();
  await using connection = await connect(factory);
  const abort = new AbortController();
  const reading = connection.client.readResource({ uri: 'doc://x3' }, { signal: abort.signal });
  await connection.client.readResource({ uri: 'doc://a1' });
  abort.abort();
  await expect(reading).rejects.toThrow();
  await expect.poll(() => lines.map(({ outcome }) => outcome)).toEqual(['success', 'cancelled']);
});

test('lists that cannot change may be kept, what is in them may not', async () => {
  await using connection = await connect(setUp().factory);
  const { client } = connection;
  const lists = [await client.listResourceTemplates(), await client.listPrompts()];
  for (const list of lists) expect(list).toMatchObject({ ttlMs: 3_600_000, cacheScope: 'public' });
  const live = [await client.listResources(), await client.readResource({ uri: 'doc://a1' })];
  for (const answer of live) expect(answer).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
});

test('what needs a tool that is not offered is not offered either', () => {
  expect(selectBy([], [greet, document])).toEqual([document]);
  expect(selectBy([{ name: 'say_it' }], [greet, document])).toEqual([greet, document]);
});

test('an address matches its template part by part', () => {
  expect(matchUri('doc://{id}', 'doc://a%2Fb')).toEqual({ id: 'a/b' });
  expect(matchUri('a.b://{x}.{y}', 'a.b://1.2')).toEqual({ x: '1', y: '2' });
  expect(matchUri('a.b://{x}', 'aXb://1')).toBeUndefined();
});
