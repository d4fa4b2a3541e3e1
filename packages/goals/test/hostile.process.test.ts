import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { expect } from 'vitest';
import { tools } from '../src/tools/index.ts';
import {
  brokenTexts,
  contains,
  type Field,
  fieldsOf,
  freeFormValues,
  harmlessTexts,
  type Ids,
  isWrongType,
  nested,
  objectsOf,
  oddValues,
  type Path,
  refusedValues,
  type Schema,
  sensible,
  typesOf,
  withValue,
} from './hostile-inputs.fixture.ts';
import { type RawServer, spawnRaw } from './raw-server.fixture.ts';
import { errorOf, type GoalsServer, spawnServer, test, textOf, withHome } from './spawn.fixture.ts';

/** Fields whose text can be read again, wherever a tool takes them. */
const stored = new Set([
  'title',
  'description',
  'tags',
  'add_tags',
  'acceptance',
  'assignee',
  'external_ref',
  'metadata',
  'result',
  'note',
  'reason',
]);
/** Fields that mean something only beside others. */
const together: Record<string, Record<string, unknown>> = {
  result: { outcome: 'completed' },
  reason: { outcome: 'failed' },
  note_kind: { note: 'A note' },
};

interface Case {
  label: string;
  args: Record<string, unknown>;
  /** `error`: it must be refused. `kept`: it must be stored as it is. `either`: refused readably or stored as it is. */
  expected: 'error' | 'kept' | 'either';
  /** What must be found again when it was accepted. */
  sent?: unknown;
}

const leafOf = (path: Path): string => String(path.findLast((part) => typeof part === 'string'));
const isFreeForm = ({ schema }: Field): boolean =>
  typesOf(schema).length === 0 || (typesOf(schema).includes('object') && schema.properties === undefined);
const nameOf = (path: Path): string => path.join('.') || 'the arguments';

/** The table: every field of a tool with every hostile value. `next` gives a task that nobody has touched. */
function* casesFor(root: Schema, next: () => Ids): Generator<Case> {
  for (const field of fieldsOf(root)) {
    const { path, schema } = field;
    const leaf = leafOf(path);
    const make = (value: unknown): Record<string, unknown> => {
      const ids = next();
      return withValue({ ...sensible(root, ids), ...together[leaf] }, path, { value, root, ids });
    };
    const isText = typesOf(schema).includes('string');
    const mayKeep = stored.has(leaf) && (isText || isFreeForm(field));
    const table: [Record<string, unknown>, Case['expected']][] = [
      [harmlessTexts, mayKeep ? 'kept' : 'either'],
      [brokenTexts, 'error'],
      [refusedValues, 'error'],
      [oddValues, 'either'],
      [{ 'JSON a thousand levels deep': nested(1000) }, 'error'],
      ...(isFreeForm(field)
        ? [[freeFormValues, mayKeep ? 'kept' : 'either'] as [Record<string, unknown>, Case['expected']]]
        : []),
    ];
    for (const [values, usual] of table) {
      for (const [label, given] of Object.entries(values)) {
        // A reference may stand once in a project.
        const value = leaf === 'external_ref' && usual === 'kept' ? `${given} ${randomUUID()}` : given;
        const expected = isWrongType(schema, value) ? 'error' : usual;
        const sent = mayKeep && (typeof value === 'string' || isFreeForm(field)) ? { sent: value } : {};
        yield { label: `${nameOf(path)}: ${label}`, args: make(value), expected, ...sent };
      }
    }
  }
  for (const path of objectsOf(root)) {
    // The SDK itself drops a __proto__ among the arguments before a server sees it.
    const proto = path.length === 0 ? [] : ['__proto__'];
    for (const key of [...proto, 'unexpected', 'constructor', 'hasOwnProperty', '', 'a\0']) {
      const ids = next();
      const args = withValue(sensible(root, ids), [...path, key], { value: { admin: true }, root, ids });
      yield { label: `${nameOf(path)}: unknown field "${key}"`, args, expected: 'error' };
    }
  }
  for (const name of root.required ?? []) {
    const { [name]: _, ...args } = sensible(root, next());
    yield { label: `without ${name}`, args, expected: 'error' };
  }
}

/** Readable by a model, and nothing of the inside of the program. */
function judgeError(result: CallToolResult, label: string): void {
  const text = textOf(result);
  expect(text.length, label).toBeGreaterThan(10);
  expect(text.length, label).toBeLessThan(3_000);
  expect(text, label).not.toMatch(
    /\bat .*:\d+|\w*Error:|node_modules|\.[jt]s\b|Internal error|\bundefined\b|\[object /,
  );
  expect(['validation', 'not_found', 'conflict'], `${label}: ${text}`).toContain(errorOf(result).code);
}

/** What the store has, of every item the answer names. */
async function readAgain(
  server: GoalsServer,
  { args, result }: { args: object; result: CallToolResult },
): Promise<unknown> {
  const answer = JSON.stringify(result.structuredContent ?? {});
  const named = [...answer.matchAll(/"(?:id|goal_id)":"((?:GOAL|TASK)-\d+)"/g)].map(([, id]) => id);
  const own = 'id' in args ? [args.id] : [];
  const ids = [...new Set([...own, ...named])].slice(0, 10);
  return ids.length === 0 ? undefined : server.ask('get_items', { ids, include: ['notes'], max_chars: 90_000 });
}

async function judge(
  server: GoalsServer,
  tool: { writes: boolean; name: string },
  { label, args, expected, sent }: Case,
): Promise<void> {
  const where = `${tool.name}, ${label}`;
  const result = await server.call(tool.name, args);
  if (result.isError) {
    judgeError(result, where);
    expect(expected, `${where}: ${textOf(result)}`).not.toBe('kept');
    return;
  }
  const outcomes = (result.structuredContent as { items?: unknown } | undefined)?.items;
  expect(expected, where).not.toBe('error');
  expect(textOf(result), where).not.toBe('');
  if (!tool.writes || sent === undefined) return;
  expect(outcomes, where).not.toMatchObject([{ error: expect.anything() }]);
  const again = await readAgain(server, { args, result });
  // Titles and names are trimmed, and an answer leaves out what says nothing.
  const saysNothing = sent === null || (typeof sent === 'object' && Object.keys(sent).length === 0);
  const found = saysNothing || contains(again, sent) || (typeof sent === 'string' && contains(again, sent.trim()));
  expect(found, `${where} is read back as ${JSON.stringify(again)?.slice(0, 2_000)}`).toBe(true);
}

/** Fresh tasks in goals of fifty. */
async function openTasks(server: GoalsServer, count: number): Promise<() => Ids> {
  const ids: Ids[] = [];
  while (ids.length < count) {
    const { goal, tasks } = await server.ask<{ goal: { id: string }; tasks: { id: string }[] }>('create_goal', {
      title: 'Target',
      tasks: Array.from({ length: 50 }, () => ({ title: 'Target' })),
    });
    ids.push(...tasks.map(({ id }) => ({ goal: goal.id, task: id })));
  }
  return () => ids.pop() ?? { goal: 'GOAL-0001', task: 'TASK-0001' };
}

for (const { name, effect } of tools) {
  test(`${name} answers hostile arguments with a readable error, or stores them as they are`, {
    timeout: 240_000,
  }, async ({ shared }) => {
    await using server = await spawnServer(shared.home, { actor: 'mallory' });
    const { tools: listed } = await server.client.listTools();
    const root = listed.find((tool) => tool.name === name)?.inputSchema as Schema;
    const nobody: Ids = { goal: '', task: '' };
    const count = [...casesFor(root, () => nobody)].length;
    const cases = casesFor(root, await openTasks(server, effect === 'read' ? 1 : count));
    const failures: string[] = [];
    const lane = async () => {
      for (const entry of cases) {
        await judge(server, { name, writes: effect !== 'read' }, entry).catch((error: unknown) => {
          failures.push(error instanceof Error ? error.message.slice(0, 500) : String(error));
        });
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
    expect(failures).toEqual([]);
    expect(await server.ask('create_goal', { title: 'Still here' })).toMatchObject({ goal: { title: 'Still here' } });
    expect(server.stderr()).not.toMatch(/"level":"(error|fatal)"/);
  });
}

/** Arguments whose trouble lies in what they mean together, or only in PostgreSQL's eyes. */
test('what only PostgreSQL would refuse is refused readably, or stored', async ({ shared }) => {
  await using server = await spawnServer(shared.home);
  const plan = {
    title: 'Careful',
    tags: ['x'],
    tasks: [{ title: 'One', tags: ['x'], external_ref: 'careful' }, { title: 'Two' }],
  };
  const { goal, tasks } = await server.ask<{ goal: { id: string }; tasks: { id: string }[] }>('create_goal', plan);
  const [one, two] = tasks.map(({ id }) => id);
  const recase = [goal.id, one].map((id) => ({ id, remove_tags: ['x'], add_tags: ['X'] }));
  await server.ask('update_items', { items: recase, all_or_nothing: true });
  const { items } = await server.ask<{ items: unknown[] }>('get_items', { ids: [goal.id, one], fields: ['tags'] });
  expect(items).toMatchObject([{ tags: ['X'] }, { tags: ['X'] }]);
  await server.ask('create_goal', { title: 'Letters', tags: ['İ', 'i̇', 'I', 'ı', 'Σ', 'ς', 'σ', 'ß', 'SS', 'ẞ'] });

  const list = await server.ask<{ next_cursor: string }>('find_items', { where: { kind: 'task' }, limit: 1 });
  const seed = JSON.parse(Buffer.from(list.next_cursor, 'base64url').toString());
  const cursor = Buffer.from(JSON.stringify(seed.with(1, 'forged'))).toString('base64url');
  const refused: [string, Record<string, unknown>][] = [
    ['find_items', { where: { kind: 'task' }, limit: 1, cursor }],
    ['find_items', { where: { due_before: '9999-12-31T23:59:59-14:00' } }],
    ['find_items', { where: { due_after: '0000-01-01' } }],
    ['update_items', { items: [{ id: two, due_at: '0001-01-01T00:00:00+14:00' }] }],
    ['update_items', { items: [{ id: two, external_ref: 'careful' }] }],
    ['create_goal', { title: 'Itself', tasks: [{ title: 'a', ref: 'a', discovered_from: 'a' }] }],
    ['create_goal', { title: 'Itself', tasks: [{ title: 'a', ref: 'a', blocked_by: ['a'] }] }],
  ];
  for (const [tool, args] of refused) {
    const result = await server.call(tool, args);
    expect(result.isError, JSON.stringify(args)).toBe(true);
    judgeError(result, JSON.stringify(args));
  }
});

const megabyte = 1024 * 1024;

test('every tool refuses ten megabytes of text in a sentence', { timeout: 240_000 }, async ({ shared }) => {
  await using server = await spawnServer(shared.home);
  const { tools: listed } = await server.client.listTools();
  const ids: Ids = { goal: 'GOAL-0001', task: 'TASK-0001' };
  const text = 'x'.repeat(10 * megabyte);
  for (const { name, inputSchema } of listed) {
    const root = inputSchema as Schema;
    const fields = fieldsOf(root);
    const field = fields.find(isFreeForm) ?? fields.find(({ schema }) => typesOf(schema).includes('string'));
    if (field === undefined) continue;
    const value = isFreeForm(field) ? { text } : text;
    const result = await server.call(name, withValue(sensible(root, ids), field.path, { value, root, ids }));
    expect(result.isError, `${name}, ${nameOf(field.path)}`).toBe(true);
    judgeError(result, `${name}, ${nameOf(field.path)}`);
  }
  expect(await server.ask('create_goal', { title: 'Still here' })).toMatchObject({ goal: { title: 'Still here' } });
});

async function expectAlive(server: RawServer, label: string): Promise<void> {
  const answer = await server.request('tools/call', { name: 'find_items', arguments: { limit: 1 } });
  expect(answer?.result?.isError ?? false, `${label}: ${server.stderr().slice(-1_000)}`).toBe(false);
  expect(answer?.result?.structuredContent, label).toBeTypeOf('object');
}

const brokenLines: Record<string, string | Buffer> = {
  'half of an object': '{"jsonrpc":"2.0","id":1,',
  'no JSON': 'GET / HTTP/1.1',
  'an empty line': '',
  'only a carriage return': '\r',
  null: 'null',
  'a number': '42',
  'a string': '"tools/list"',
  'an empty list': '[]',
  'a batch': '[{"jsonrpc":"2.0","id":501,"method":"ping"}]',
  'an object of something else': '{"hello":"world"}',
  'another version': '{"jsonrpc":"1.0","id":502,"method":"ping"}',
  'a method that is no text': '{"jsonrpc":"2.0","id":503,"method":42}',
  'parameters in a list': '{"jsonrpc":"2.0","id":507,"method":"tools/call","params":[]}',
  'parameters that are no object': '{"jsonrpc":"2.0","id":504,"method":"tools/call","params":"x"}',
  'an id that is an object': '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
  'an answer that nobody waits for': '{"jsonrpc":"2.0","id":9999,"result":{}}',
  'a cancellation of nothing': '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":12345}}',
  'a notification nobody knows': '{"jsonrpc":"2.0","method":"notifications/unknown"}',
  'a prototype key': '{"__proto__":{"id":1},"jsonrpc":"2.0","id":505,"method":"ping"}',
  'bytes that are no UTF-8': Buffer.from([0xff, 0xfe, 0xfd, 0x00, 0x80]),
  'a hundred thousand brackets': '['.repeat(100_000),
};

test('broken lines on standard input are survived, each of them', async ({ shared }) => {
  await using server = spawnRaw(shared.home);
  await server.initialize();
  for (const [label, line] of Object.entries(brokenLines)) {
    await server.send(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    await expectAlive(server, label);
  }
  for (const line of server.lines()) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  expect(server.stderr()).not.toMatch(/"level":"(error|fatal)"/);
});

test('calls that are shaped wrong are answered readably', async ({ shared }) => {
  await using server = spawnRaw(shared.home);
  await server.initialize();
  const calls: unknown[] = [
    ...[null, [], 'text', 5].map((args) => ({ name: 'create_goal', arguments: args })),
    ...[{ name: 'no_such_tool', arguments: {} }, { name: 42 }, {}, { name: '__proto__' }, { name: 'constructor' }],
  ];
  for (const params of calls) {
    const answer = await server.request('tools/call', params);
    const text = answer?.error?.message ?? textOf(answer?.result ?? {});
    expect(answer?.error !== undefined || answer?.result?.isError === true, JSON.stringify(params)).toBe(true);
    expect(text.length).toBeGreaterThan(5);
    expect(text.length).toBeLessThan(3_000);
    expect(text).not.toMatch(/\bat .*:\d+|node_modules|\.[jt]s\b|\[object /);
  }
  // 1e999 is JSON, and is read as infinity.
  const infinite = { jsonrpc: '2.0', id: 'infinite', method: 'tools/call', params: { name: 'create_goal' } };
  await server.send(
    `${JSON.stringify(infinite).replace('"create_goal"', '"create_goal","arguments":{"title":"x","metadata":{"n":1e999}}')}\n`,
  );
  await expectAlive(server, 'infinity');
  const answer = server
    .lines()
    .map((line) => JSON.parse(line))
    .find(({ id }) => id === 'infinite');
  expect(textOf(answer.result)).toContain('metadata.n: is a number too large');
});

const password = 'hunter2-S3cret';
const secretly = encodeURIComponent(password).replace('-', '%2D');
const deadHosts: Record<string, Record<string, string>> = {
  'DATABASE_URL with a closed port': { DATABASE_URL: `postgres://goals:${password}@127.0.0.1:1/goals` },
  'DATABASE_URL with an encoded password': { DATABASE_URL: `postgres://goals:${secretly}@127.0.0.1:1/goals` },
  'DATABASE_URL with an unknown host': { DATABASE_URL: `postgres://goals:${password}@host.invalid/goals` },
  'DATABASE_URL with the password as a parameter': {
    DATABASE_URL: `postgres://127.0.0.1:1/goals?user=goals&password=${password}`,
  },
  'DB_HOST and DB_PASSWORD': { DB_HOST: '127.0.0.1', DB_PORT: '1', DB_PASSWORD: password },
};

test('the password of a database that is not there is in no answer, no log line and no file', {
  timeout: 120_000,
}, async () => {
  const round = async ([label, env]: [string, Record<string, string>]) => {
    await using home = await withHome();
    const server = await spawnServer(home.home, { env: { ...env, LOG_LEVEL: 'trace' } });
    const answers = await Promise.all([
      server.call('get_items', { ids: ['GOAL-0001'] }),
      server.call('create_goal', { title: 'Nowhere to go' }),
      server.call('resume_work', {}),
    ]);
    for (const answer of answers) {
      expect(answer.isError, label).toBe(true);
      expect(errorOf(answer), label).toMatchObject({ code: 'unavailable', retryable: true });
    }
    const files = await readdir(home.home, { recursive: true, withFileTypes: true }).catch(() => []);
    const written = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
    );
    await server[Symbol.asyncDispose]();
    const everything = [JSON.stringify(answers), server.stderr(), ...written].join('\n');
    expect(everything.length, label).toBeGreaterThan(500);
    expect(everything, label).not.toContain(password);
    expect(everything, label).not.toContain(secretly);
  };
  await Promise.all(Object.entries(deadHosts).map(round));
});

test('a database URL that cannot be read ends the start with a reason and without the URL', async () => {
  await using home = await withHome();
  for (const url of [
    `postgres://goals:${password}@:::/goals`,
    `postgres://goals:${password}@host:port/goals`,
    `mysql://goals:${password}@host/goals`,
  ]) {
    const server = spawnRaw(home.home, { DATABASE_URL: url });
    expect(await server.ended).toEqual([1, null]);
    expect(server.stderr()).toContain('DATABASE_URL');
    expect(server.stderr() + server.lines().join('')).not.toContain(password);
  }
});

test('a line of 70 MB is survived, or ends the server with the reason in its log', { timeout: 120_000 }, async ({
  shared,
}) => {
  await using server = spawnRaw(shared.home);
  await server.initialize();
  await expectAlive(server, 'before');
  const filler = Buffer.alloc(megabyte, 'x');
  await server.send(
    '{"jsonrpc":"2.0","id":506,"method":"tools/call","params":{"name":"create_goal","arguments":{"title":"',
  );
  for (let sent = 0; sent < 70; sent += 1) await server.send(filler);
  await server.send('"}}}\n');
  const answer = await server.request('tools/call', { name: 'find_items', arguments: { limit: 1 } });
  if (answer === undefined) {
    const [code, signal] = await server.ended;
    expect(signal).toBe(null);
    expect(code).not.toBe(null);
    expect(server.stderr()).toMatch(/"level":"(warn|error)".*(exceed|too large|size)/i);
  } else {
    expect(answer.result?.isError ?? false).toBe(false);
  }
  await using next = spawnRaw(shared.home);
  await next.initialize();
  await expectAlive(next, 'the next session');
});
