import { type AnyTool, createLog, createServer } from '@mcp-servers/core';
import { type Answer, connect } from '@mcp-servers/core/testing';
import { type Sandbox, type SandboxOptions, withSandbox } from '../sandbox/index.ts';
import type { Account } from '../sandbox/model/accounts.ts';
import { commitFiles, type FileContent } from '../sandbox/model/commits.ts';
import { addRepository, type NewRepository, type Repository } from '../sandbox/model/repository.ts';
import { openGitHub } from '../src/client/index.ts';
import type { GitHubDeps } from '../src/tools/deps.ts';

export interface ReadWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly ada: Account;
  /** A repository of ada's with these files on main. */
  repository(files: Readonly<Record<string, FileContent>>, options?: Partial<NewRepository>): Repository;
  call(tool: string, args?: Record<string, unknown>): Promise<Answer>;
}

/** Tools against the sandbox, through a real client and a real connection. */
export async function withWorld(
  tools: readonly AnyTool<GitHubDeps>[],
  options: SandboxOptions & { token?: string; repos?: readonly string[] } = {},
): Promise<ReadWorld> {
  const sandbox = await withSandbox({ seed: 'empty', ...options });
  const log = createLog({ name: 'test', level: 'silent' });
  const token = options.token ?? sandbox.token;
  const github = openGitHub({
    ...{ apiUrl: sandbox.url, version: '1', log, repos: options.repos },
    credential: token === '' ? { kind: 'none' } : { kind: 'token', token },
  });
  const connection = await connect(
    createServer({ name: 'github', title: 'GitHub', version: '1', instructions: 'x', tools, deps: { github }, log }),
  );
  const ada = [...sandbox.state.accounts.values()].find(({ login }) => login === 'ada');
  if (!ada) throw new Error('the sandbox has no ada');
  return {
    ...{ sandbox, ada },
    repository(files, given = {}) {
      const repository = addRepository(sandbox.state, { owner: ada, name: 'site', ...given });
      if (Object.keys(files).length > 0) {
        commitFiles(sandbox.state, repository, { message: 'First', files, author: ada });
      }
      return repository;
    },
    call: (tool, args) => connection.call(tool, args),
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
