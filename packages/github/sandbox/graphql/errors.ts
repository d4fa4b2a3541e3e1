import type { GraphQLError } from 'graphql';
import { Refusal } from '../refusal.ts';
import { ok, type Reply } from '../reply.ts';

export type ErrorType =
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'INSUFFICIENT_SCOPES'
  | 'UNPROCESSABLE'
  | 'STALE_DATA'
  | 'SERVICE_UNAVAILABLE'
  | 'RATE_LIMIT'
  | 'MAX_NODE_LIMIT_EXCEEDED'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'EXCESSIVE_PAGINATION'
  | 'INVALID_CURSOR_ARGUMENTS'
  | 'NOT_IMPLEMENTED';

/** An error of one field, in GitHub's shape; the rest of the answer stays. */
export class FieldRefusal extends Error {
  override readonly name = 'FieldRefusal';
  readonly type: ErrorType;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** GitHub finds it before it begins: the answer has no data at all. */
  readonly isWhole: boolean;

  constructor(
    type: ErrorType,
    message: string,
    more: { extensions?: Record<string, unknown>; isWhole?: boolean } = {},
  ) {
    super(message);
    this.type = type;
    this.extensions = more.extensions ?? {};
    this.isWhole = more.isWhole ?? false;
  }
}

export const missing = (message: string): FieldRefusal => new FieldRefusal('NOT_FOUND', message);
export const noNode = (id: string): FieldRefusal =>
  missing(`Could not resolve to a node with the global id of '${id}'.`);
export const forbidden = (message = 'Resource not accessible by personal access token'): FieldRefusal =>
  new FieldRefusal('FORBIDDEN', message);
export const unprocessable = (message: string): FieldRefusal => new FieldRefusal('UNPROCESSABLE', message);

export interface ErrorView {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly locations?: readonly { line: number; column: number }[];
  readonly message: string;
}

const typeOf: Readonly<Record<number, ErrorType>> = { 403: 'FORBIDDEN', 404: 'NOT_FOUND', 422: 'UNPROCESSABLE' };

/** An exhausted limit is no HTTP error here. */
export const graphqlExhausted = (userId: number): Reply =>
  ok({
    errors: [
      {
        type: 'RATE_LIMIT',
        code: 'graphql_rate_limit',
        message: `API rate limit already exceeded for user ID ${userId}.`,
      },
    ],
  });

/** An error of the execution as GitHub shows it. */
export function executionError(error: GraphQLError): ErrorView {
  const { originalError: cause, path, locations, message } = error;
  const base = { ...(path && { path }), ...(locations && { locations: [...locations] }) };
  if (cause instanceof FieldRefusal) {
    const extensions = Object.keys(cause.extensions).length > 0 ? { extensions: cause.extensions } : {};
    return { type: cause.type, ...base, ...extensions, message };
  }
  if (cause instanceof Refusal) {
    const type = cause.status === 409 ? 'UNPROCESSABLE' : typeOf[cause.status];
    return { ...(type && { type }), ...base, message: reasonOf(cause) };
  }
  return { ...base, message };
}

/** REST says "Validation Failed" with a list; GraphQL puts the list into the message. */
function reasonOf({ message, extra }: Refusal): string {
  const errors = Array.isArray(extra.errors) ? (extra.errors as readonly (string | { message?: string })[]) : [];
  const reasons = errors.flatMap((error) => (typeof error === 'string' ? error : (error.message ?? [])));
  return reasons.length > 0 ? reasons.join(', ') : message;
}

/** A query that the schema does not allow, as GitHub shows the two commonest; others keep the words of graphql-js. */
export function validationError({ message, locations }: GraphQLError): ErrorView {
  const places = locations ? { locations: [...locations] } : {};
  const [, field, type] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message) ?? [];
  if (field !== undefined) {
    const extensions = { code: 'undefinedField', typeName: type, fieldName: field };
    return { extensions, ...places, message: `Field '${field}' doesn't exist on type '${type}'` };
  }
  const [, argument, owner] = /^Unknown argument "(\w+)" on field "([\w.]+)"/.exec(message) ?? [];
  if (argument !== undefined) {
    const name = owner?.split('.')[1];
    const extensions = { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName: argument };
    return { extensions, ...places, message: `Field '${name}' doesn't accept argument '${argument}'` };
  }
  return { ...places, message };
}
