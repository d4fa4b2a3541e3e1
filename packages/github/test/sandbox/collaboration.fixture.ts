import { Octokit } from 'octokit';
import { type Sandbox, type SandboxOptions, withSandbox } from '../../sandbox/index.ts';
import { type Account, addAccount, addOrganization, findAccount } from '../../sandbox/model/accounts.ts';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { addRepository, type Repository } from '../../sandbox/model/repository.ts';
import { addToken } from '../../sandbox/model/tokens.ts';

export const clientOf = (sandbox: { readonly url: string }, auth?: string): Octokit =>
  new Octokit({
    ...{ baseUrl: sandbox.url, retry: { enabled: false }, throttle: { enabled: false } },
    ...(auth !== undefined && { auth }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });

export interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Organisation acme: ada owns it, bob may push to its app, eve is a stranger. */
  readonly ada: Account;
  readonly bob: Account;
  readonly eve: Account;
  readonly app: Repository;
  /** Their clients. */
  readonly asAda: Octokit;
  readonly asBob: Octokit;
  readonly asEve: Octokit;
  readonly at: { readonly owner: string; readonly repo: string };
  /** Answers that deviate from the description, with their routes. */
  deviations(): readonly string[];
}

const twenty = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);

/** A sandbox with one repository, acme/app, whose main has src/app.ts of twenty lines. */
export async function withStage(options: SandboxOptions = {}): Promise<Stage> {
  const sandbox = await withSandbox({ seed: 'empty', ...options });
  const { state, description } = sandbox;
  const ada = findAccount(state, 'ada') as Account;
  const [bob, eve] = ['bob', 'eve'].map((login) => addAccount(state, { login })) as [Account, Account];
  const acme = addOrganization(state, { login: 'acme' }, [[ada, 'admin']]);
  const app = addRepository(state, { owner: acme, name: 'app' });
  app.collaborators.set(bob.id, 'write');
  const files = { 'src/app.ts': `${twenty.join('\n')}\n`, 'README.md': '# App\n' };
  commitFiles(state, app, { message: 'Start', files, author: ada });
  const scopes = ['repo', 'workflow', 'gist', 'notifications', 'user'];
  for (const user of [bob, eve]) addToken(state, { value: `ghp_${user.login}`, user, scopes });
  const found: string[] = [];
  const watched = (auth: string) => {
    const client = clientOf(sandbox, auth);
    client.hook.after('request', (response, request) => {
      const path = new URL(request.url, sandbox.url).pathname;
      const match = description.find(request.method, path);
      if ('problem' in match) return;
      const mediaType = String(response.headers['content-type'] ?? '').split(';')[0] ?? '';
      if (response.status === 204 || !mediaType.endsWith('json')) return;
      const answer = { status: Number(response.status), mediaType, body: response.data };
      for (const problem of description.checkResponse(match.operation, answer)) {
        found.push(`${match.operation.route}: ${problem}`);
      }
    });
    return client;
  };
  return {
    ...{ sandbox, ada, bob, eve, app, at: { owner: 'acme', repo: 'app' } },
    ...{ asAda: watched(sandbox.token), asBob: watched('ghp_bob'), asEve: watched('ghp_eve') },
    deviations: () => [...new Set(found)],
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** What a refused call answers with. */
export async function refusalOf(call: Promise<unknown>): Promise<{ status: number; message: string; data: unknown }> {
  try {
    await call;
  } catch (error) {
    const { status, message, response } = error as { status: number; message: string; response?: { data: unknown } };
    return { status, message, data: response?.data };
  }
  throw new Error('The call was not refused');
}
