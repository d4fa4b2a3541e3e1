import { AppError, AuthError, DatabaseError, type ErrorOptions, UnavailableError } from '../errors.ts';
import type { StoreIdentity } from './source.ts';

const socketFailures = new Set([
  ...['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'EAGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'],
  ...['ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL'],
]);
// Shut down by an operator, crash of a neighbour, starting or stopping, and class 08.
const serverGone = /^(57P0[1235]|08\w{3})$/;
// pg reports a lost connection only by these sentences.
const lostSentence =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|Cannot use a pool after|timeout exceeded when trying to connect)/;

/** The SQLSTATE or system error code of an error, looking through its causes and aggregates. */
export function codeOf(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string' && !(current instanceof AppError)) return code;
    if (current instanceof AggregateError) return codeOf(current.errors[0]);
  }
  return undefined;
}

/** The server cannot be reached now, or went away: a new connection may work. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return socketFailures.has(code) || serverGone.test(code);
  const root = rootOf(error);
  return root instanceof Error && !(root instanceof AppError) && lostSentence.test(root.message);
}

/** Serialisation failure or deadlock: the same transaction may succeed when it is run again. */
export function isContention(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** The prepared statement no longer fits the schema, or a pooler lost it: preparing it again is the cure. */
export function isStalePlan(error: unknown): boolean {
  const code = codeOf(error);
  return code === '26000' || (code === '0A000' && /cached plan/.test((rootOf(error) as Error).message));
}

/** The server answered with an error and lives on. A FATAL one ends the session, so that a COMMIT's outcome is open. */
export function isStatementError(error: unknown): boolean {
  return (error as { severity?: unknown } | undefined)?.severity === 'ERROR';
}

/** A transaction pooler that knows nothing of `statement_timeout` as a start parameter. */
export function refusesStartParameters(error: unknown): boolean {
  return codeOf(error) === '08P01' && /startup parameter/.test((rootOf(error) as Error).message);
}

function rootOf(error: unknown): unknown {
  let current = error;
  while (current instanceof AppError && current.cause !== undefined) current = current.cause;
  return current;
}

/** Any error of the driver -> the AppError a caller sees: names host and user, never a password or a value. */
export function toDatabaseError(error: unknown, store: StoreIdentity): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const place = `${store.host}${store.kind === 'given' ? `:${store.port}` : ''}`;
  const with_ = (options: Omit<ErrorOptions, 'cause'>): ErrorOptions => ({ cause: error, ...options });
  if (code === '28P01' || code === '28000') {
    return new AuthError(`PostgreSQL at ${place} refused user "${store.user}".`, with_({ hint: hintFor(store.kind) }));
  }
  if (code === '3D000') {
    return new DatabaseError(
      `PostgreSQL at ${place} has no database "${store.database}".`,
      with_({ hint: 'Create the database, or correct its name in DATABASE_URL.' }),
    );
  }
  if (code === '42501') {
    return new AuthError(
      `PostgreSQL user "${store.user}" lacks a right this call needs.`,
      with_({ hint: 'Grant the role SELECT, INSERT, UPDATE and DELETE on the tables.', details: { sqlstate: code } }),
    );
  }
  if (code === '53100' || code === 'ENOSPC') {
    return new DatabaseError(
      `The disk of PostgreSQL at ${place} is full; nothing was saved.`,
      with_({ hint: 'Free space on that disk, then repeat the call.', retryable: true }),
    );
  }
  if (code === '53300') {
    return new UnavailableError(
      `PostgreSQL at ${place} has no free connection slot.`,
      with_({ hint: 'Raise max_connections, or lower DB_POOL_MAX.', retryAfterSeconds: 2 }),
    );
  }
  if (code === '57014') {
    return new UnavailableError(
      'The database stopped the statement because it ran too long; nothing was saved.',
      with_({ hint: 'Repeat the call, or ask for less at once.' }),
    );
  }
  if (code === '55P03') {
    return new UnavailableError('A lock was not free in time; nothing was saved.', with_({ retryAfterSeconds: 1 }));
  }
  if (isContention(error)) {
    return new UnavailableError('Other writers kept changing the same rows.', with_({ retryAfterSeconds: 1 }));
  }
  if (isConnectionLost(error)) return unreachable(store, error);
  return statementFailed(error, code);
}

/** The server cannot be reached; says which one and what to look at. */
export function unreachable(store: StoreIdentity, cause: unknown): UnavailableError {
  const reason = codeOf(cause) ?? (cause instanceof Error ? cause.message : 'no reply');
  return store.kind === 'embedded'
    ? new UnavailableError(`The embedded PostgreSQL in ${store.host} does not answer (${reason}).`, {
        cause,
        hint: 'Repeat the call: the server is started again. Its log is server.log beside its data.',
        retryAfterSeconds: 2,
      })
    : new UnavailableError(`PostgreSQL at ${store.host}:${store.port} cannot be reached (${reason}).`, {
        cause,
        hint: 'Check that the server runs and that DATABASE_URL names it; then repeat the call.',
        retryAfterSeconds: 2,
      });
}

function statementFailed(error: unknown, code: string | undefined): DatabaseError {
  const { constraint, table, column } = error as { constraint?: string; table?: string; column?: string };
  const subject = constraint ?? column ?? table;
  return new DatabaseError(
    `The database refused the statement${code === undefined ? '' : ` (SQLSTATE ${code}${subject ? `, ${subject}` : ''})`}.`,
    {
      cause: error,
      details: {
        ...(code === undefined ? {} : { sqlstate: code }),
        ...(constraint === undefined ? {} : { constraint }),
        ...(table === undefined ? {} : { table }),
      },
    },
  );
}

function hintFor(kind: StoreIdentity['kind']): string {
  return kind === 'given'
    ? 'Correct user and password in DATABASE_URL or DB_USER and DB_PASSWORD, and check pg_hba.conf.'
    : 'The password file of the embedded PostgreSQL does not fit its data: restore it from a copy of the folder.';
}
