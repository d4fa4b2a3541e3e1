import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ConflictError, DatabaseError } from './errors.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createServer } from './server.ts';
import { connect, type Era, eras } from './testing/connect.ts';
import { type AnyTool, defineTool } from './tool.ts';

interface Deps {
  seen: unknown[];
}

const add = defineTool({
  name: 'add_numbers',
  title: 'Add two numbers',
  description: 'Adds two numbers.',
  effect: 'read',
  input: z.strictObject({ a: z.number(), b: z.number().default(1), max_chars: z.int().optional() }),
  output: z.object({ sum: z.number() }),
  async run({ a, b }, { seen }: Deps, call) {
    seen.push({ client: call.client?.name, maxChars: call.maxChars });
    call.annotate({ goal_id: 'GOAL-0001' });
    return { sum: a + b };
  },
});

const failing = (name: string, error: unknown) =>
  defineTool({
    name,
    title: name,
    description: name,
    effect: 'write',
    input: z.strictObject({}),
    output: z.object({}),
    async run() {
      throw error;
    },
  });

function setUp(tools: readonly AnyTool<Deps>[]) {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    name: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const metrics = createMetrics({ prefix: 'test', operations: tools.map((tool) => tool.name) });
  const deps: Deps = { seen: [] };
  const factory = createServer({
    name: 'test',
    title: 'Test',
    version: '1.2.3',
    instructions: 'Test.',
    tools,
    deps,
    log,
    metrics,
  });
  return { factory, lines, metrics, deps };
}

describe.each(Object.keys(eras) as Era[])('a tool call, %s era', (era) => {
  test('answers text and structured content, and knows its client', async () => {
    const { factory, deps } = setUp([add]);
    await using connection = await connect(factory, { era, name: 'somebody' });
    const answer = await connection.call('add_numbers', { a: 2 });
    expect(answer).toMatchObject({ isError: false, text: '{"sum":3}', data: { sum: 3 } });
    expect(deps.seen).toEqual([{ client: 'somebody', maxChars: 20_000 }]);
  });

  test('with wrong arguments is told every problem at once, without the values', async () => {
    const { factory } = setUp([add]);
    await using connection = await connect(factory, { era });
    const answer = await connection.call('add_numbers', { a: 'secret', c: 1 });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('- a: ');
    expect(answer.text).toContain('unknown field "c"');
    expect(answer.text).not.toContain('secret');
    expect(answer.error).toEqual({ code: 'validation', retryable: false });
  });

  test('that is refused says what failed, what to do next, and whether a retry helps', async () => {
    const error = new ConflictError('It is taken.', {
      hint: 'Take another.',
      retryable: true,
      retryAfterSeconds: 5,
      details: { by: 'x' },
    });
    const { factory } = setUp([failing('refuse_it', error)]);
    await using connection = await connect(factory, { era });
    const answer = await connection.call('refuse_it');
    expect(answer.text).toBe(
      'It is taken.\nNext: Take another.\n{"code":"conflict","retryable":true,"retry_after_s":5}',
    );
    expect(answer.error).toEqual({ code: 'conflict', retryable: true, retry_after_s: 5, details: { by: 'x' } });
  });

  test('whose error quotes somebody shows what is hidden in it', async () => {
    const error = new ConflictError('There is a branch "safe\u202Etxt".', { hint: 'Look at a\u200Bb.' });
    const { factory } = setUp([failing('refuse_it', error)]);
    await using connection = await connect(factory, { era });
    const { text } = await connection.call('refuse_it');
    expect(text).toContain('safe⟨U+202E⟩txt');
    expect(text).toContain('a⟨U+200B⟩b');
  });

  test('that hits a defect shows a reference only, and the log has the cause under it', async () => {
    const { factory, lines } = setUp([failing('break_it', new TypeError('the password is hunter2'))]);
    await using connection = await connect(factory, { era });
    const answer = await connection.call('break_it');
    const [, reference] = /reference ([0-9a-f]{8})/.exec(answer.text) ?? [];
    expect(reference).toBeDefined();
    expect(answer.text).not.toContain('hunter2');
    expect(lines.find((line) => line.reference === reference)).toMatchObject({
      level: 'error',
      event: 'tool_call',
      tool: 'break_it',
    });
  });
});

test('one line per call has the tool, the outcome, the duration and the fields of the tool', async () => {
  const { factory, lines } = setUp([add, failing('fail_it', new DatabaseError('It failed.'))]);
  await using connection = await connect(factory);
  await connection.call('add_numbers', { a: 1 });
  await connection.call('fail_it');
  const calls = lines.filter((line) => line.event === 'tool_call');
  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatchObject({
    level: 'info',
    tool: 'add_numbers',
    outcome: 'success',
    goal_id: 'GOAL-0001',
    client: 'test-client',
  });
  expect(calls[0]?.duration_ms).toBeTypeOf('number');
  expect(calls[1]).toMatchObject({ level: 'warn', tool: 'fail_it', outcome: 'database' });
});

test('calls are counted by operation, outcome and kind of error', async () => {
  const { factory, metrics } = setUp([add, failing('fail_it', new DatabaseError('It failed.'))]);
  await using connection = await connect(factory);
  await connection.call('add_numbers', { a: 1 });
  await connection.call('fail_it');
  const text = await metrics.text();
  expect(text).toContain('test_request_duration_seconds_count{operation="add_numbers",status="success"} 1');
  expect(text).toContain('test_errors_total{operation="fail_it",error_type="database"} 1');
});

test('a cancelled call aborts the tool and is logged as cancelled', async () => {
  const started = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const waiting = defineTool({
    name: 'wait_for_ever',
    title: 'Wait',
    description: 'Waits.',
    effect: 'read',
    input: z.strictObject({}),
    output: z.object({}),
    async run(_input, _deps: Deps, { signal }) {
      started.resolve();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return {};
    },
  });
  const { factory, lines } = setUp([waiting]);
  await using connection = await connect(factory);
  const stop = new AbortController();
  const call = connection.client
    .callTool({ name: 'wait_for_ever', arguments: {} }, { signal: stop.signal })
    .catch(() => aborted.resolve());
  await started.promise;
  stop.abort();
  await call;
  await aborted.promise;
  await expect.poll(() => lines.find((line) => line.tool === 'wait_for_ever')?.outcome).toBe('cancelled');
});

test('the four annotations follow from the effect', async () => {
  const { factory } = setUp([add, failing('write_it', new Error('unused'))]);
  await using connection = await connect(factory);
  const { tools } = await connection.client.listTools();
  expect(tools[0]?.annotations).toEqual({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  });
  expect(tools[1]?.annotations).toEqual({
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: false,
  });
});
