import { textOf } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { type Sandbox, withSandbox } from '../../sandbox/index.ts';
import { spawnGitHub } from '../spawn.fixture.ts';
import { addTalk, factsOf, writesOf } from './acceptance.fixture.ts';
import { addBeside, addThread } from './beside.fixture.ts';
import { readCalls, writeCalls } from './calls.fixture.ts';

/** The built server with every tool, on standard input and output. */
const spawnWhole = ({ url, token }: Sandbox) =>
  spawnGitHub({
    ...{ GITHUB_API_URL: url, GITHUB_TOKEN: token, GITHUB_TOOLSETS: 'all', GITHUB_ALLOW_DESTROY: 'true' },
    GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE: 'true',
  });

/** A process sends 80 writes a minute; so many calls stay below that. */
const callsOfProcess = 10;

test('every read is answered, with requests that GitHub describes, and writes nothing', async () => {
  await using sandbox = await withSandbox({ seed: 'workshop' });
  const { number } = addTalk(sandbox);
  const facts = factsOf(sandbox);
  const beside = addBeside(sandbox, { repository: facts.workshop, text: 'Some <words>' });
  await using server = await spawnWhole(sandbox);
  for (const [tool, args] of readCalls(facts, { talk: number, ...beside })) {
    const answer = await server.call(tool, args);
    expect.soft(answer.isError ?? false, `${tool} ${JSON.stringify(args)}: ${textOf(answer)}`).toBe(false);
  }
  expect(sandbox.unknown).toEqual([]);
  expect(writesOf(sandbox)).toEqual([]);
});

test('every write is done and verified, with requests that GitHub describes', async () => {
  await using sandbox = await withSandbox({ seed: 'workshop' });
  const { number: talk } = addTalk(sandbox);
  const facts = factsOf(sandbox);
  const inbox = addThread(sandbox);
  const thread = await openThread(sandbox, facts.large.number);
  const calls = writeCalls(facts, { talk, thread, inbox });
  let before: Record<string, unknown> = {};
  for (let from = 0; from < calls.length; from += callsOfProcess) {
    await using server = await spawnWhole(sandbox);
    for (const [tool, args] of calls.slice(from, from + callsOfProcess)) {
      const given = typeof args === 'function' ? args(before) : args;
      const answer = await server.call(tool, given);
      expect.soft(answer.isError ?? false, `${tool} ${JSON.stringify(given)}: ${textOf(answer)}`).toBe(false);
      before = (answer.structuredContent ?? {}) as Record<string, unknown>;
      expect.soft(before.failed ?? before.not_applied ?? [], `${tool} ${JSON.stringify(given)}`).toEqual([]);
    }
  }
  expect(sandbox.unknown).toEqual([]);
});

async function openThread(sandbox: Sandbox, number: number): Promise<string> {
  await using server = await spawnWhole(sandbox);
  const { threads_open } = await server.ask('github_pull', { repo: 'acme/workshop', number });
  return threads_open[0].id;
}
