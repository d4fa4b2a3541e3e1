import {
  type AppError,
  AuthError,
  ConflictError,
  NetworkError,
  NotFoundError,
  RateLimitError,
  ValidationError,
} from '@mcp-servers/core';
import { oneLine, retryAfterOf } from '@mcp-servers/core/http';
import * as z from 'zod';
import { acceptedPermissions, ssoAddress } from './scopes.ts';

const GraphqlError = z.looseObject({
  message: z.string().catch('no reason was given'),
  type: z.string().optional().catch(undefined),
  path: z
    .array(z.union([z.string(), z.number()]))
    .optional()
    .catch(undefined),
});
export type GraphqlError = z.infer<typeof GraphqlError>;

/** A GraphQL answer: both parts may be there at once. */
export const GraphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(GraphqlError).optional(),
});

const secondaryPause = 60;

/**
 * The error of a whole operation. The first one that says something decides; `NOT_FOUND` below data that is there is left to whoever
 * asked, because a deleted part is no failure.
 */
export function toGraphqlError(name: string, errors: readonly GraphqlError[], headers: Headers): AppError {
  const ranked = [...errors].sort((a, b) => rank(a) - rank(b));
  const [first] = ranked;
  // GitHub says the same again of each field that wants the scope.
  const said = first?.type === 'INSUFFICIENT_SCOPES' ? [first] : errors;
  const reasons = oneLine([...new Set(said.map(({ message }) => message))].slice(0, 5).join('; '), 500);
  const text = `GitHub refused ${name}: ${reasons}`;
  const details = { types: [...new Set(errors.flatMap(({ type }) => type ?? []))] };
  switch (first?.type) {
    case 'RATE_LIMITED':
    case 'RATE_LIMIT': {
      const wait = Math.max(1, retryAfterOf(headers) ?? secondaryPause);
      return new RateLimitError(text, { details, retryAfterSeconds: wait, hint: `Repeat the call in ${wait} s.` });
    }
    case 'INSUFFICIENT_SCOPES':
      return new AuthError(text, {
        details,
        hint: 'The message names the scopes; a person has to give the token one of them.',
      });
    case 'FORBIDDEN':
      return forbidden(text, { first, headers, details });
    case 'NOT_FOUND':
      return new NotFoundError(text, {
        details,
        hint: 'Check the name, number or id as a read shows it; it may be private and unseen with this credential.',
      });
    case 'UNPROCESSABLE':
    case 'STALE_DATA':
      return new ConflictError(text, { details, hint: 'Read it again, then repeat the change on what is there now.' });
    case 'MAX_NODE_LIMIT_EXCEEDED':
    case 'RESOURCE_LIMITS_EXCEEDED':
      return new ValidationError(text, { details, hint: 'Ask for less at once: a smaller limit, fewer parts.' });
    default:
      if (/something went wrong|timed?.?out/i.test(reasons)) {
        return new NetworkError(text, { details, hint: 'Repeat it, or ask for less at once.' });
      }
      return new ValidationError(text, { details, hint: 'Correct the arguments.' });
  }
}

interface Refused {
  readonly first: GraphqlError;
  readonly headers: Headers;
  readonly details: Readonly<Record<string, unknown>>;
}

function forbidden(text: string, { first, headers, details }: Refused): AppError {
  const { message, path = [] } = first;
  if (/saml/i.test(message)) {
    const where = ssoAddress(headers);
    return new AuthError(`${text} The organisation wants this token authorised for SAML single sign-on.`, {
      details,
      hint: where
        ? `A person has to open ${where} and authorise the token.`
        : 'A person has to authorise the token for the organisation, in the settings of GitHub where tokens are listed.',
    });
  }
  if (!/not accessible by/i.test(message)) {
    return new AuthError(text, { details, hint: 'The credential may not do this; github_whoami shows what it is.' });
  }
  const what = path.filter((part) => typeof part === 'string').join('.');
  return new AuthError(
    `${text}${what ? ` (${oneLine(what, 200)})` : ''}. The credential lacks ${acceptedPermissions(headers) ?? 'a permission that GitHub does not name'}.`,
    {
      details,
      hint: 'A person has to give it that for this repository, or use another one. Other tools keep working.',
    },
  );
}

const order = ['RATE_LIMITED', 'RATE_LIMIT', 'INSUFFICIENT_SCOPES', 'FORBIDDEN', 'UNPROCESSABLE', 'NOT_FOUND'];
const rank = ({ type }: GraphqlError): number => {
  const place = order.indexOf(type ?? '');
  return place === -1 ? order.length : place;
};

/**
 * Errors that leave the rest of an answer usable: a part below the top that is gone or may not be seen. What may not be seen and takes
 * `repository.issue` with it is refused, or it would read as an issue that does not exist.
 */
export function isPartial(errors: readonly GraphqlError[], data: Readonly<Record<string, unknown>>): boolean {
  const remains = ([first = '', second = '']: readonly (string | number)[]): boolean => {
    const top = data[first];
    return typeof top === 'object' && top !== null && (top as Record<string, unknown>)[second] != null;
  };
  return errors.every(
    ({ type, path = [] }) => path.length > 1 && (type === 'NOT_FOUND' || (type === 'FORBIDDEN' && remains(path))),
  );
}
