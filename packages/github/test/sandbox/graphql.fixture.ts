import { Octokit } from 'octokit';
import { type Sandbox, type SandboxOptions, withSandbox } from '../../sandbox/index.ts';
import { type Account, findAccount } from '../../sandbox/model/accounts.ts';
import { findRepository, type Repository } from '../../sandbox/model/repository.ts';

export interface GraphqlAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: each test asks for a shape of its own
  readonly data: any;
  readonly errors: readonly {
    readonly type?: string;
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: Record<string, unknown>;
  }[];
}

export interface GraphqlTour extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Sends a query with octokit as ada, or with another token. */
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<GraphqlAnswer>;
  repository(name: string): Repository;
  account(login: string): Account;
}

/** octokit.graphql on a sandbox, with data and errors side by side. */
export async function withGraphql(options: SandboxOptions = {}): Promise<GraphqlTour> {
  const sandbox = await withSandbox(options);
  return {
    sandbox,
    async ask(query, variables = {}, token = sandbox.token) {
      const octokit = new Octokit({
        ...{ baseUrl: sandbox.url, auth: token, retry: { enabled: false }, throttle: { enabled: false } },
        log: { debug() {}, info() {}, warn() {}, error() {} },
      });
      try {
        return { data: await octokit.graphql(query, variables), errors: [] };
      } catch (error) {
        const { data, errors } = error as Partial<GraphqlAnswer>;
        if (!errors) throw error;
        return { data, errors };
      }
    },
    repository(name) {
      const found = findRepository(sandbox.state, name);
      if (!found) throw new Error(`no ${name}`);
      return found;
    },
    account(login) {
      const found = findAccount(sandbox.state, login);
      if (!found) throw new Error(`no ${login}`);
      return found;
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}
