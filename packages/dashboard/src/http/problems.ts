import { type AppError, type ErrorCode, InternalError, type Log, toAppError } from '@mcp-servers/core';
import { tools } from '@mcp-servers/goals';
import type { Problem } from '../contract.ts';

interface Kind {
  status: number;
  title: string;
}

/** Problem codes: those of AppError, and those that only HTTP knows. */
export const kinds = {
  validation: { status: 400, title: 'The request cannot work as it is' },
  auth: { status: 401, title: 'Not signed in' },
  forbidden: { status: 403, title: 'Not allowed from there' },
  not_found: { status: 404, title: 'There is no such thing' },
  method: { status: 405, title: 'Not with this method' },
  conflict: { status: 409, title: 'What is stored does not allow it' },
  precondition: { status: 412, title: 'It was changed meanwhile' },
  too_large: { status: 413, title: 'Too large' },
  unsupported: { status: 415, title: 'Not in this form' },
  rate_limit: { status: 429, title: 'Too many requests' },
  cancelled: { status: 499, title: 'Cancelled' },
  internal: { status: 500, title: 'A defect' },
  database: { status: 500, title: 'The database refused' },
  network: { status: 502, title: 'Something else does not answer' },
  unavailable: { status: 503, title: 'Not available now' },
} as const satisfies Record<ErrorCode | ProblemCode, Kind>;

type ProblemCode = 'forbidden' | 'method' | 'precondition' | 'too_large' | 'unsupported';

/** What only HTTP knows: thrown by middleware and routes. */
export class HttpError extends Error {
  readonly code: ProblemCode;
  readonly hint: string | undefined;
  readonly currentVersion: number | undefined;

  constructor(
    code: ProblemCode,
    message: string,
    options: { hint?: string | undefined; currentVersion?: number } = {},
  ) {
    super(message);
    this.code = code;
    this.hint = options.hint;
    this.currentVersion = options.currentVersion;
  }
}

const problem = (code: keyof typeof kinds, detail: string): Problem => ({
  type: `/docs#problem-${code}`,
  title: kinds[code].title,
  status: kinds[code].status,
  detail,
  code,
  retryable: false,
});

/** Anything thrown -> a problem document. Defects are logged with the reference that the document shows. */
export function toProblem(error: unknown, log: Log): Problem {
  if (error instanceof HttpError) {
    return {
      ...problem(error.code, error.message),
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error.currentVersion !== undefined && { current_version: error.currentVersion }),
    };
  }
  const known = toAppError(error);
  if (known instanceof InternalError) log.error({ reference: known.reference, err: known.cause }, 'request_failed');
  const errors = fieldErrors(known);
  const current = known.code === 'conflict' ? known.details?.version : undefined;
  const hint = hintOf(known);
  return {
    ...problem(known.code, known.message.replaceAll(aside, '')),
    retryable: known.retryable,
    ...(hint !== undefined && { hint }),
    ...(known.retryAfterSeconds !== undefined && { retry_after_seconds: known.retryAfterSeconds }),
    ...(errors.length > 0 && { errors }),
    ...(typeof current === 'number' && { current_version: current }),
  };
}

const names = tools.map(({ name }) => name).join('|');
const tool = new RegExp(`\\b(?:${names})\\b`);
const aside = new RegExp(`, see (?:${names})\\b`, 'g');

/** A hint is the next call of a tool. To who asks by HTTP it is told up to there, and goes on with what HTTP has for it. */
function hintOf({ code, hint, details }: AppError): string | undefined {
  if (hint === undefined || !tool.test(hint)) return hint;
  const sentences = hint.split(/(?<=[.!?])\s+/);
  const told = sentences.slice(
    0,
    sentences.findIndex((sentence) => tool.test(sentence)),
  );
  if (code === 'not_found') told.push('Search for it, or list what there is: GET /api/search, /api/goals, /api/tasks.');
  if (code === 'conflict' && details?.version !== undefined)
    told.push('Read it again, then repeat the change with its version of now.');
  return told.length > 0 ? told.join(' ') : undefined;
}

/** `validateInput` lists a problem per line: `- title: required (string).` */
function fieldErrors({ code, message }: AppError): { path: string; message: string }[] {
  if (code !== 'validation') return [];
  return [...message.matchAll(/^- (?:([\w.[\]]+): )?(.+)$/gm)].map(([, path = '', text = '']) => ({
    path: path === 'arguments' ? '' : path,
    message: text,
  }));
}

export function toResponse(body: Problem): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(body.retry_after_seconds !== undefined && { 'retry-after': String(Math.ceil(body.retry_after_seconds)) }),
      ...(body.code === 'auth' && { 'www-authenticate': 'Bearer realm="mcp-dashboard"' }),
    },
  });
}
