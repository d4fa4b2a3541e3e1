import type { Answer } from '@mcp-servers/core/testing';
import { type Sandbox, type SandboxOptions, withSandbox } from '../sandbox/index.ts';
import type { Account } from '../sandbox/model/accounts.ts';
import { commitFiles, type FileContent } from '../sandbox/model/commits.ts';
import { addRepository, type NewRepository, type Repository } from '../sandbox/model/repository.ts';
import { filesOf } from '../sandbox/model/trees.ts';
import { openPort } from '../src/github.fixture.ts';

export interface WriteWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly ada: Account;
  /** A private repository of ada's, named app unless given, with these files on main. */
  repository(files: Readonly<Record<string, FileContent>>, options?: Partial<NewRepository>): Repository;
  call(tool: string, args?: Record<string, unknown>): Promise<Answer>;
  /** 'METHOD /path' of what was sent that is no GET. */
  writes(): string[];
}

/** Every tool of the server against the sandbox, through a real client; retries are not waited for. */
export async function withWorld(
  given: SandboxOptions & { token?: string; github?: Parameters<typeof openPort>[1] } = {},
): Promise<WriteWorld> {
  const { token, github, ...options } = given;
  const sandbox = await withSandbox({ seed: 'empty', ...options });
  const opened = openPort(sandbox.url, { credential: { kind: 'token', token: token ?? sandbox.token }, ...github });
  const connection = await opened.connect();
  const ada = [...sandbox.state.accounts.values()].find(({ login }) => login === 'ada');
  if (!ada) throw new Error('the sandbox has no ada');
  return {
    ...{ sandbox, ada },
    repository(files, more = {}) {
      const fresh = { owner: ada, name: 'app', visibility: 'private', ...more } as const;
      const repository = addRepository(sandbox.state, fresh);
      if (Object.keys(files).length > 0) {
        commitFiles(sandbox.state, repository, { message: 'First', files, author: ada });
      }
      return repository;
    },
    call: (tool, args) => connection.call(tool, args),
    writes: () =>
      sandbox.requests
        .filter(({ method, path, body }) => method !== 'GET' && !(path.endsWith('/graphql') && isQuery(body)))
        .map(({ method, path }) => `${method} ${path}`),
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

const isQuery = (body: unknown): boolean => !/^\s*mutation/.test(String((body as { query?: string }).query));

export const tipOf = (repository: Repository, branch = 'main'): string =>
  repository.refs.get(`refs/heads/${branch}`) ?? '';

/** 'mode content' by path, of the tip of a branch. */
export function contentsOf(repository: Repository, branch = 'main'): Record<string, string> {
  const { tree } = repository.objects.read('commit', tipOf(repository, branch));
  return Object.fromEntries(
    [...filesOf(repository.objects, tree)].map(([path, { mode, sha }]) => {
      const blob = repository.objects.find('blob', sha);
      return [path, `${mode} ${blob ? blob.data.toString('latin1') : sha}`];
    }),
  );
}
