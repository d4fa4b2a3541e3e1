import { expect, test } from 'vitest';
import { tools } from '../../src/tools/index.ts';
import { addTalk, factsOf, withServer } from './acceptance.fixture.ts';
import { addBeside } from './beside.fixture.ts';
import { readCalls, writeCalls } from './calls.fixture.ts';

const offered = new Set(tools.map(({ name }) => name));

test('every tool is called here: whoever adds one adds its calls', async () => {
  await using server = await withServer();
  const facts = factsOf(server.sandbox);
  const called = [...readCalls(facts), ...writeCalls(facts, { talk: 1, thread: 'x' })].map(([tool]) => tool);
  expect([...offered].filter((name) => !called.includes(name))).toEqual([]);
});

/** Neither can be asked for on a condition: what is not there, and the redirect to a log in storage. GraphQL has no conditions at all. */
const unconditional = (path: string, status: number) =>
  ['/graphql', '/rate_limit'].includes(path) || status === 404 || /\/logs$|^\/-\//.test(path);

test('a second read of what did not change is answered with 304s, which cost nothing', async () => {
  await using server = await withServer();
  const { number } = addTalk(server.sandbox);
  const facts = factsOf(server.sandbox);
  const beside = addBeside(server.sandbox, { repository: facts.workshop, text: 'Some <words>' });
  for (const [tool, args] of readCalls(facts, { talk: number, ...beside })) {
    if (!offered.has(tool)) continue;
    await server.call(tool, args);
    const { length } = server.sandbox.requests;
    const { graphql: _, ...spent } = server.sandbox.limits.spent;
    await server.call(tool, args);
    const again = server.sandbox.requests.slice(length);
    const conditional = again.filter(({ path, status }) => !unconditional(path, status));
    const paid = conditional.filter(({ status }) => status !== 304).map(({ method, path }) => `${method} ${path}`);
    expect.soft(paid, `${tool} ${JSON.stringify(args)}`).toEqual([]);
    const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
    const { graphql: __, ...after } = server.sandbox.limits.spent;
    const others = again.filter(({ path, status }) => status === 404 || path.endsWith('/logs')).length;
    expect.soft(total(after) - total(spent), tool).toBe(others);
  }
});
