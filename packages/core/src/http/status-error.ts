import {
  type AppError,
  AuthError,
  ConflictError,
  type ErrorOptions,
  NetworkError,
  NotFoundError,
  RateLimitError,
  UnavailableError,
  ValidationError,
} from '../errors.ts';

/** An answer with a status of 400 or more, every known secret removed. */
export interface Failure {
  /** Name of the upstream. */
  readonly upstream: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** At most 64 KB of the body. */
  readonly text: string;
  /** The body parsed, undefined when it is not JSON. */
  readonly json: unknown;
  /** The vendor's own words, one bounded line, maybe empty. */
  readonly message: string;
  readonly idempotent: boolean;
  readonly retryAfterSeconds: number | undefined;
}

type ErrorClass = new (message: string, options?: ErrorOptions) => AppError;

interface Row {
  readonly error: ErrorClass;
  /** The probable cause. */
  readonly why: string;
  readonly hint: string;
  /** The same request may work later. */
  readonly passes?: boolean;
  /** The request was not carried out, so repeating it is safe whatever it is. */
  readonly refused?: boolean;
}

const invalid: Row = {
  error: ValidationError,
  why: 'The request is not acceptable as it is.',
  hint: 'Correct the arguments.',
};
const tooLarge: Row = { error: ValidationError, why: 'The request is too large.', hint: 'Send less at once.' };
const gone: Row = { error: NotFoundError, why: 'It no longer exists.', hint: 'Search for what replaced it.' };
const stale: Row = {
  error: ConflictError,
  why: 'It is not in the state that the request expects, probably because someone changed it.',
  hint: 'Read it again, then repeat the change on what is there now.',
};
const broken: Row = {
  error: UnavailableError,
  why: 'It has a problem of its own.',
  hint: 'Call again later.',
  passes: true,
};
const behind: Row = {
  error: NetworkError,
  why: 'Something in front of it got no answer.',
  hint: 'Call again later.',
  passes: true,
};
const unsupported: Row = {
  error: ValidationError,
  why: 'It does not offer this.',
  hint: 'Check the configured address and its version.',
};

const limited: Row = {
  error: RateLimitError,
  why: 'Too many requests were made with this credential.',
  hint: 'Wait, then repeat the call.',
  passes: true,
  refused: true,
};

const rows: Readonly<Record<number, Row>> = {
  401: {
    error: AuthError,
    why: 'The credential is missing, wrong, expired or revoked.',
    hint: 'Check the configured credential; making a new one may be needed.',
  },
  402: {
    error: AuthError,
    why: 'The plan or the quota of the account does not include it.',
    hint: 'Check the account.',
  },
  403: {
    error: AuthError,
    why: 'The credential is valid, but may not do this.',
    hint: 'Give the credential the permission, or use another one.',
  },
  404: {
    error: NotFoundError,
    why: 'It does not exist, or this credential may not see it.',
    hint: 'Check the name, and whether the credential has access.',
  },
  407: { error: AuthError, why: 'A proxy wants a credential.', hint: 'Put user and password into the proxy setting.' },
  408: { ...behind, why: 'It waited too long for the request.', refused: true },
  409: stale,
  410: gone,
  412: stale,
  413: tooLarge,
  414: tooLarge,
  423: { ...stale, why: 'It is locked.', hint: 'Unlock it, or wait until it is unlocked.' },
  425: { ...behind, why: 'The request came too early.', refused: true },
  429: limited,
  431: tooLarge,
  451: { ...gone, why: 'It is withheld for legal reasons.', hint: 'Use another source.' },
  501: unsupported,
  502: behind,
  503: {
    error: UnavailableError,
    why: 'It is overloaded or under maintenance.',
    hint: 'Call again later.',
    passes: true,
    refused: true,
  },
  504: behind,
  505: unsupported,
};

const requestIds = [
  'x-github-request-id',
  'x-request-id',
  'x-requestid',
  'x-arequestid',
  'atl-traceid',
  'x-amzn-requestid',
  'x-correlation-id',
  'cf-ray',
];

/** The error of a status. A 403 that says when to come back is a rate limit. */
export function statusError(failure: Failure): AppError {
  const { upstream, method, path, status, message, idempotent, retryAfterSeconds: wait } = failure;
  const row = status === 403 && wait !== undefined ? limited : (rows[status] ?? (status < 500 ? invalid : broken));
  const repeatable = row.passes === true && (idempotent || row.refused === true);
  const unsure = row.passes === true && !repeatable;
  const requestId = requestIdOf(failure.headers);
  const said = message === '' ? '' : `: "${message}"`;
  return new row.error(`${upstream} answered ${method} ${path} with ${describeStatus(status)}${said}. ${row.why}`, {
    hint: unsure ? 'It may have been carried out: check before calling again.' : hintOf(row, wait),
    retryable: repeatable,
    ...(repeatable && wait !== undefined && { retryAfterSeconds: wait }),
    details: { upstream, status, ...(requestId !== undefined && { request_id: requestId }) },
  });
}

const hintOf = ({ hint, passes }: Row, wait: number | undefined): string =>
  passes && wait !== undefined ? `Repeat the call in ${wait} s.` : hint;

/** Not by an import: that reads every export of node:http, and so loads fetch and WebSocket, as long as a bare process takes to start. */
const describeStatus = (status: number): string =>
  `${status} ${process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''}`.trim();

function requestIdOf(headers: Headers): string | undefined {
  for (const name of requestIds) {
    const id = headers.get(name);
    if (id !== null) return id.slice(0, 100);
  }
  return undefined;
}
