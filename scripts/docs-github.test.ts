import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLog } from '../packages/core/src/index.ts';
import { type Connection, connect } from '../packages/core/src/testing/index.ts';
import { withSandbox } from '../packages/github/sandbox/index.ts';
import {
  createGitHubServer,
  credentialOf,
  GitHubSettings,
  openGitHub,
  toSelection,
} from '../packages/github/src/index.ts';
import { fillAnswers } from './worked-examples.ts';

const document = fileURLToPath(new URL('../docs/github.md', import.meta.url));
const log = createLog({ name: 'test', level: 'silent' });

/** A server with these settings, as `main.ts` puts it together. */
async function serverOf(env: Readonly<Record<string, string>>): Promise<Connection> {
  const config = GitHubSettings.parse(env);
  const github = openGitHub({
    ...{ apiUrl: config.GITHUB_API_URL, credential: credentialOf(config), repos: config.GITHUB_REPOS },
    ...{ readOnly: config.GITHUB_READ_ONLY, allowPublicAfterPrivate: config.GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE },
    ...{ version: '0.1.0', log },
  });
  return connect(createGitHubServer({ deps: { github }, log, selection: toSelection(config) }));
}

/** Servers that the examples speak of, by what is particular in their settings; all on one sandbox, a minute later with every call. */
async function withServers() {
  const stack = new AsyncDisposableStack();
  // The sandbox's long log is of this hour.
  const time = { now: Date.UTC(2026, 2, 1, 10) };
  const { url, token, unknown } = stack.use(await withSandbox({ seed: 'workshop', clock: () => time.now }));
  const all = { GITHUB_API_URL: url, GITHUB_TOOLSETS: 'all', GITHUB_ALLOW_DESTROY: 'true' };
  const open = async (env: Readonly<Record<string, string>>): Promise<Connection> =>
    stack.use(await serverOf({ ...all, ...env }));
  const servers: Readonly<Record<string, Connection>> = {
    github: await open({ GITHUB_TOKEN: token }),
    'after-private': await open({ GITHUB_TOKEN: token }),
    'one-repository': await open({ GITHUB_TOKEN: token, GITHUB_REPOS: 'acme/engine' }),
    'weak-token': await open({ GITHUB_TOKEN: 'ghp_nothing' }),
    'no-token': await open({}),
  };
  return {
    unknown,
    call(name: string, tool: string, args: Record<string, unknown>) {
      const server = servers[name];
      if (server === undefined) throw new Error(`there is no server ${name}`);
      time.now += 60_000;
      return server.call(tool, args);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Marks, ports, cursors and the quotas' ends differ each time. */
const settled = (answer: string): string =>
  answer
    .replace(/<<(untrusted|end) [0-9a-f]{8}/g, '<<$1 <mark>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/(cursor:? "?)[\w-]{20,}/g, '$1<cursor>')
    .replace(/("resets_at": ?)"[^"]+"/g, '$1"<time>"')
    .trimEnd();

/** Blocks `json <server> <tool>` are calls, in order; an argument `<name>` is the first of that name in the answer before. */
test('the worked examples of docs/github.md answer as they say (vitest --update writes the answers)', async () => {
  await using examples = await withServers();
  let before: unknown;
  const { text, calls } = await fillAnswers(readFileSync(document, 'utf8'), {
    words: 2,
    async answer({ words: [name = '', tool = ''], body, line }) {
      const args = JSON.parse(body, (_, value) => filled(value, before)) as Record<string, unknown>;
      const answer = await examples.call(name, tool, args).catch((error: unknown) => {
        throw new Error(`line ${line}: ${String(error)}`);
      });
      before = answer.data;
      return settled(answer.text);
    },
  });
  expect(calls).toBeGreaterThan(12);
  expect(examples.unknown).toEqual([]);
  await expect(text).toMatchFileSnapshot(document);
});

function filled(value: unknown, before: unknown): unknown {
  const name = typeof value === 'string' ? /^<(\w+)>$/.exec(value)?.[1] : undefined;
  return name === undefined ? value : firstOf(name, before);
}

/** The value of the first field of this name, at any depth. */
function firstOf(name: string, data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return undefined;
  return Object.hasOwn(data, name)
    ? (data as Record<string, unknown>)[name]
    : Object.values(data)
        .map((value) => firstOf(name, value))
        .find((found) => found !== undefined);
}
