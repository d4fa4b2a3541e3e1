import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { tools } from '../src/tools/index.ts';
import {
  currentClient,
  type Driver,
  inspector,
  type Offers,
  olderClient,
  type ToolAnswer,
} from './interop-clients.fixture.ts';
import { builtServer, environment, test, textOf, withHome } from './spawn.fixture.ts';

const names = tools.map(({ name }) => name);
const drivers: Record<string, (home: string) => Promise<Driver>> = {
  'the older SDK': olderClient,
  'the current SDK in the 2026-07-28 era': (home) => currentClient(home, 'modern'),
  'the current SDK in the 2025 era': (home) => currentClient(home, 'legacy'),
  "the Inspector's command line in the 2025 era": (home) => inspector(home, 'legacy'),
  "the Inspector's command line in the 2026-07-28 era": (home) => inspector(home, 'modern'),
};

/** Text and structured content of a success, which every client must find. */
function contentOf(answer: ToolAnswer): Record<string, unknown> {
  expect(answer.isError ?? false, textOf(answer)).toBe(false);
  expect(textOf(answer)).not.toBe('');
  expect(answer.structuredContent).toBeTypeOf('object');
  return answer.structuredContent ?? {};
}

/** Resources, completion and prompts, through a client that has them. */
async function checkOffers(client: Offers, { goal, task }: { goal: string; task: string }): Promise<void> {
  const { resourceTemplates } = await client.listResourceTemplates();
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['goal://{id}', 'task://{id}']);
  const { resources } = await client.listResources();
  expect(resources.map(({ uri }) => uri)).toContain(`goal://${goal}`);
  for (const uri of [`goal://${goal}`, `goal://${goal.toLowerCase()}`, `task://${task}`]) {
    const { contents } = await client.readResource({ uri });
    expect(contents).toMatchObject([
      { uri, mimeType: 'text/markdown', text: expect.stringMatching(/^# (GOAL|TASK)-/) },
    ]);
  }
  const absent = { code: -32602, data: { uri: 'goal://GOAL-987654' } };
  await expect(client.readResource({ uri: 'goal://GOAL-987654' })).rejects.toMatchObject(absent);

  const asked = { ref: { type: 'ref/resource', uri: 'goal://{id}' }, argument: { name: 'id', value: goal } } as const;
  expect((await client.complete(asked)).completion.values).toContain(goal);

  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toEqual(['plan-goal', 'resume-work', 'daily-review', 'break-down-task']);
  const given: Record<string, Record<string, string>> = {
    ...{ 'plan-goal': { goal: 'A web shop' }, 'break-down-task': { task: task.toLowerCase() } },
  };
  for (const { name } of prompts) {
    const { messages } = await client.getPrompt({ name, arguments: given[name] ?? {} });
    expect(messages).toMatchObject([
      { role: 'user', content: { type: 'text', text: expect.stringContaining('goals server') } },
    ]);
  }
  const wrong = client.getPrompt({ name: 'break-down-task', arguments: {} });
  await expect(wrong).rejects.toMatchObject({ code: -32602, message: expect.stringContaining('task: required') });
}

for (const [name, open] of Object.entries(drivers)) {
  test(`${name} creates, reads, lists, claims and completes`, { timeout: 120_000 }, async ({ shared }) => {
    const driver = await open(shared.home);

    const listed = await driver.tools();
    expect(listed.map((tool) => tool.name)).toEqual(names);
    for (const tool of listed) {
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = tool.annotations ?? {};
      for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint])
        expect(hint).toBeTypeOf('boolean');
    }

    const created = contentOf(
      await driver.call('create_goal', {
        title: `Talk through ${name}`,
        tags: ['Interop', 'zwölf 十二 🚀'],
        tasks: [
          { title: 'First', ref: 'first' },
          { title: 'Second', blocked_by: ['first'] },
        ],
      }),
    );
    const goal = (created.goal as { id: string }).id;
    const [first, second] = (created.tasks as { id: string }[]).map(({ id }) => id);

    const read = contentOf(await driver.call('get_items', { ids: [goal], include: ['tree', 'progress'] }));
    expect(read.items).toMatchObject([
      {
        id: goal,
        title: `Talk through ${name}`,
        tags: ['Interop', 'zwölf 十二 🚀'],
        tree: [{ id: first }, { id: second }],
      },
    ]);
    const found = contentOf(
      await driver.call('find_items', { where: { goal_id: goal, kind: 'task' }, sort: 'created' }),
    );
    expect(found).toMatchObject({ total: 2 });

    const claim = contentOf(await driver.call('claim_tasks', { goal_id: goal }));
    expect(claim.claimed).toMatchObject([{ id: first, goal: { id: goal } }]);
    const { lease_token } = (claim.claimed as { lease_token: string }[])[0] ?? {};
    const report = { id: first, lease_token, outcome: 'completed', result: { by: name } };
    expect(contentOf(await driver.call('report_progress', report))).toMatchObject({
      task: { id: first, status: 'completed' },
      became_ready: [{ id: second }],
    });

    if (driver.offers) await checkOffers(driver.offers, { goal, task: second ?? '' });

    const absent = await driver.call('get_items', { ids: ['GOAL-987654'] });
    expect(absent.isError).toBe(true);
    expect(textOf(absent)).toMatch(/There is no GOAL-987654\.[\s\S]*find_items/);
    const wrong = await driver.call('create_goal', { titel: 'x' });
    expect(wrong.isError).toBe(true);
    expect(textOf(wrong)).toContain('Did you mean title?');

    expect(await driver.unknown()).toMatch(/not found|unknown/i);

    const standardError = await driver.close();
    expect(standardError).toContain('"reason":"the client closed standard input"');
    expect(standardError).not.toMatch(/"level":"(error|fatal)"/);
  });
}

/** The bare process, for what clients hide. */
function start(home: string) {
  const child = spawn(process.execPath, [builtServer()], { env: environment(home), stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, ended: once(child, 'close') as Promise<[number | null, string | null]>, output: () => output };
}

const hello = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bare', version: '1' } },
};

test('the server ends by itself, successfully, when standard input ends', async ({ shared }) => {
  const { child, ended, output } = start(shared.home);
  child.stdin.write(`${JSON.stringify(hello)}\n`);
  await once(child.stdout, 'data');
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
  const lines = output().trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 1, result: { serverInfo: { name: 'goals' } } });
});

test('standard input that ends during the very first start leaves a home that works', async () => {
  await using home = await withHome();
  const { child, ended } = start(home.home);
  child.stdin.end(`${JSON.stringify(hello)}\n`);
  expect(await ended).toEqual([0, null]);
  const driver = await olderClient(home.home);
  contentOf(await driver.call('create_goal', { title: 'After an early end' }));
  await driver.close();
});
