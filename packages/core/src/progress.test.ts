import { expect, test } from 'vitest';
import * as z from 'zod';
import { createLog } from './log.ts';
import { createServer } from './server.ts';
import { connect, type Era, eras } from './testing/connect.ts';
import { defineTool } from './tool.ts';

const work = defineTool({
  name: 'work',
  title: 'Work',
  description: 'Takes long.',
  effect: 'read',
  input: z.strictObject({}),
  output: z.object({ ok: z.boolean() }),
  async run(_, __, call) {
    call.progress({ done: 1, total: 10, message: 'one of ten' });
    call.progress({ done: 1, total: 10, message: 'the same again' });
    call.progress({ done: 10, total: 10, message: 'the end' });
    return { ok: true };
  },
});

const factory = createServer({
  ...{ name: 'x', title: 'X', version: '1.0.0', instructions: '', deps: undefined },
  tools: [work],
  log: createLog({ name: 'x', level: 'silent' }),
});

test.each(Object.keys(eras) as Era[])(
  'a client that asks hears how far a call is, never that it has ended (%s)',
  async (era) => {
    await using connection = await connect(factory, { era });
    const heard: unknown[] = [];
    const result = await connection.client.callTool(
      { name: 'work', arguments: {} },
      { onprogress: (progress) => heard.push(progress) },
    );
    expect(result.isError).toBeFalsy();
    expect(heard).toEqual([{ progress: 1, total: 10, message: 'one of ten' }]);
  },
);

test('a client that did not ask is told nothing', async () => {
  await using connection = await connect(factory);
  expect((await connection.call('work')).isError).toBe(false);
});
