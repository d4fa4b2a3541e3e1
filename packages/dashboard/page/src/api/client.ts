import type { Problem } from '../../../src/contract.ts';

/** The server's answer to what it refused: its words, and what to do about it. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** The version the change is based on; a newer one refuses it. */
  version?: number | undefined;
  signal?: AbortSignal;
}

/** Without an answer for so long there will be none; a browser waits for ever, and with six such requests for all others too. */
const longestMs = 30_000;

/** One request to the dashboard. Throws ProblemError for an answer from 400 on, and when there is none. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const { method = 'GET', body, version, signal } = options;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (version !== undefined) headers['if-match'] = `"${version}"`;
  const answer = await fetch(path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: inTime(signal),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ProblemError(noAnswer);
  });
  if (!answer.ok) throw new ProblemError(await problemOf(answer));
  return (await answer.json()) as T;
}

/** Ends with the given one, and after 30 s. */
export const inTime = (signal?: AbortSignal): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(longestMs), ...(signal ? [signal] : [])]);

/** What to tell a person: what happened, and what to do about it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ProblemError)) return error instanceof Error ? error.message : String(error);
  const { detail, hint } = error.problem;
  return hint === undefined ? detail : `${detail} ${hint}`;
}

const noAnswer: Problem = {
  type: 'about:blank',
  title: 'No answer',
  status: 0,
  detail: 'The dashboard does not answer.',
  code: 'network',
  hint: 'Is it still running? Start it with: pnpm dashboard',
  retryable: true,
};

async function problemOf(answer: Response): Promise<Problem> {
  const fallback: Problem = {
    type: 'about:blank',
    title: answer.statusText,
    status: answer.status,
    detail: answer.status === 401 ? 'This browser is not signed in.' : `The dashboard answered ${answer.status}.`,
    code: answer.status === 401 ? 'auth' : 'internal',
    retryable: answer.status >= 500,
    ...(answer.status === 401 && {
      hint: 'Open the address with its token that the dashboard printed when it started.',
    }),
  };
  try {
    return { ...fallback, ...((await answer.json()) as Partial<Problem>) };
  } catch {
    return fallback; // A proxy's page, not ours.
  }
}

/** `?a=1&b=2` of what is set; lists are joined with commas. */
export function query(values: Record<string, string | number | boolean | readonly string[] | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    const text = Array.isArray(value) ? value.join(',') : value;
    if (text !== undefined && text !== '' && text !== false) search.set(name, String(text));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
