import { type Answer, connect } from '@mcp-servers/core/testing';
import { type Sandbox, type SandboxOptions, withSandbox } from '../../sandbox/index.ts';
import { findAccount } from '../../sandbox/model/accounts.ts';
import { runsOf } from '../../sandbox/model/actions.ts';
import { addDiscussion, addDiscussionComment } from '../../sandbox/model/discussions.ts';
import { pullsOf } from '../../sandbox/model/issue.ts';
import { findRepository, type Repository } from '../../sandbox/model/repository.ts';
import { openPort } from '../../src/github.fixture.ts';
import { createGitHubServer } from '../../src/server.ts';

export type Calling = (tool: string, args?: Record<string, unknown>) => Promise<Answer>;

export interface Acceptance extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly call: Calling;
  readonly github: ReturnType<typeof openPort>['github'];
  /** A second server on the same GitHub, with settings of its own. */
  another(github?: Parameters<typeof openPort>[1]): Promise<Calling>;
}

/** Every tool of the server, those that destroy too, against the sandbox over HTTP, through a real client. */
export async function withServer(
  given: SandboxOptions & { token?: string; github?: Parameters<typeof openPort>[1] } = {},
): Promise<Acceptance> {
  const { token, github: options, ...world } = given;
  const sandbox = await withSandbox({ seed: 'workshop', ...world });
  const opened: AsyncDisposable[] = [];
  async function open(more: Parameters<typeof openPort>[1] = {}) {
    const port = openPort(sandbox.url, {
      credential: { kind: 'token', token: token ?? sandbox.token },
      allowPublicAfterPrivate: true,
      ...more,
    });
    const selection = { toolsets: ['all'], allowDestroy: true };
    const client = await connect(createGitHubServer({ deps: { github: port.github }, log: port.log, selection }));
    opened.push(client);
    return { github: port.github, call: client.call };
  }
  const first = await open(options);
  return {
    ...{ sandbox, ...first },
    another: async (more) => (await open(more)).call,
    async [Symbol.asyncDispose]() {
      for (const client of opened) await client[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

export function repositoryOf(sandbox: Sandbox, name: string): Repository {
  const repository = findRepository(sandbox.state, name);
  if (!repository) throw new Error(`the sandbox has no ${name}`);
  return repository;
}

/** What calls need to know of the workshop. */
export function factsOf(sandbox: Sandbox) {
  const workshop = repositoryOf(sandbox, 'acme/workshop');
  const pulls = pullsOf(workshop);
  const pull = (title: string) => {
    const found = pulls.find((each) => each.title === title);
    if (!found) throw new Error(`the workshop has no pull request "${title}"`);
    return found;
  };
  const [run] = runsOf(workshop);
  const job = run?.jobs.find(({ conclusion }) => conclusion === 'failure');
  if (!run || !job) throw new Error('the workshop has a failed job');
  return {
    ...{ workshop, run: run.id, job: job.id },
    large: pull('Load values lazily'),
    conflicting: pull('Write notes'),
    huge: pull('Regenerate the table'),
    head: workshop.refs.get('refs/heads/main') ?? '',
  };
}
export type Facts = ReturnType<typeof factsOf>;

/** A discussion in acme/engine with one comment. */
export function addTalk(sandbox: Sandbox): { number: number } {
  const repository = repositoryOf(sandbox, 'acme/engine');
  const author = findAccount(sandbox.state, 'grace');
  if (!author) throw new Error('the world has grace');
  const discussion = addDiscussion(sandbox.state, repository, {
    author,
    title: 'Which shapes?',
    body: 'Round <n> ones?',
  });
  addDiscussionComment(sandbox.state, discussion, { author, body: 'Square ones.' });
  return discussion;
}

/** Requests that change something: no GET, and no query of GraphQL. */
export const writesOf = (sandbox: Sandbox) =>
  sandbox.requests.filter(
    ({ method, path, body }) =>
      method !== 'GET' && !(path.endsWith('/graphql') && /^\s*query/.test(String((body as { query?: string }).query))),
  );
