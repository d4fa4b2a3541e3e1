import { Octokit } from 'octokit';
import { type Sandbox, type SandboxOptions, withSandbox } from '../../sandbox/index.ts';

export interface Tour extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly octokit: Octokit;
  /** With another token; none for null. */
  as(token: string | null): Octokit;
  /** 'route: deviation' of every answer so far from the description's schema. */
  readonly deviations: string[];
  /** Routes that were answered with success. */
  readonly answered: Set<string>;
}

/** octokit on a sandbox, with every answer checked against the description. */
export async function withTour(options: SandboxOptions = {}): Promise<Tour> {
  const sandbox = await withSandbox(options);
  const deviations: string[] = [];
  const answered = new Set<string>();
  const as = (token: string | null) => {
    const octokit = new Octokit({
      baseUrl: sandbox.url,
      ...(token !== null && { auth: token }),
      retry: { enabled: false },
      throttle: { enabled: false },
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    octokit.hook.after('request', (response) => {
      const entry = sandbox.requests.findLast(({ status }) => status === response.status);
      const match = entry && sandbox.description.find(entry.method, entry.path);
      if (!match || 'problem' in match || typeof response.data === 'string' || response.data instanceof ArrayBuffer)
        return;
      const isObject = /\.object/.test(String(entry.headers.accept ?? ''));
      const mediaType = isObject ? 'application/vnd.github.object' : 'application/json';
      const answer = { status: response.status, mediaType, body: response.data };
      const body = response.status === 204 ? undefined : response.data;
      answered.add(match.operation.route);
      const problems = body === undefined ? [] : sandbox.description.checkResponse(match.operation, answer);
      deviations.push(...problems.map((problem) => `${match.operation.route}: ${problem}`));
    });
    return octokit;
  };
  return {
    ...{ sandbox, as, deviations, answered, octokit: as(sandbox.token) },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

export const engine = { owner: 'acme', repo: 'engine' };

/** The status and the message of a request that GitHub refuses. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ status: number; message: string; headers: Record<string, string> }> {
  try {
    await request;
  } catch (error) {
    const { status, response } = error as { status: number; response?: { data: { message: string }; headers: object } };
    return {
      status,
      message: response?.data.message ?? '',
      headers: { ...response?.headers } as Record<string, string>,
    };
  }
  throw new Error('it was not refused');
}
