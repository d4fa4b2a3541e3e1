import {
  type AppError,
  AuthError,
  ConflictError,
  type ErrorOptions,
  NotFoundError,
  RateLimitError,
  UnavailableError,
  ValidationError,
} from '@mcp-servers/core';
import { type Failure, oneLine } from '@mcp-servers/core/http';
import { acceptedPermissions, canWritePublic, missingScope, ssoAddress } from './scopes.ts';
import type { CredentialKind } from './state.ts';

/** GitHub asks for at least a minute where it says nothing. */
const secondaryPause = 60;

/** GitHub's statuses in words that say what to do. Undefined where core's own sentence says it. */
export function toGitHubError(failure: Failure, error: AppError, credential: CredentialKind): AppError | undefined {
  const facts = { details: error.details ?? {} };
  switch (failure.status) {
    case 401:
      return unauthorized(failure, facts, credential);
    case 403:
      return limited(failure, facts) ?? forbidden(failure, facts, credential);
    case 404:
      return notFound(failure, facts, credential);
    case 405:
      return new ConflictError(`${said(failure)} The state of it does not allow this.`, {
        ...facts,
        hint: 'Read it again: its checks, reviews and rules say what is missing.',
      });
    case 409:
      return conflict(failure, facts);
    case 410:
      return new NotFoundError(`${said(failure)} It was deleted, or the feature is switched off in this repository.`, {
        ...facts,
        hint: 'github_repo shows which features the repository has.',
      });
    case 422:
      return invalid(failure, facts);
    case 429:
      return limited(failure, facts);
    case 500:
    case 502:
    case 504:
      return failure.idempotent
        ? new UnavailableError(`${said(failure)} GitHub gives this answer when a question takes it too long, too.`, {
            ...facts,
            hint: 'Repeat it later, or ask for less at once: a smaller limit, fewer parts.',
          })
        : undefined;
    default:
      return undefined;
  }
}

type Facts = Pick<ErrorOptions, 'details'>;

const said = ({ method, path, status, message }: Failure): string =>
  `GitHub answered ${method} ${path} with ${status}${message ? `: "${message}".` : '.'}`;

function unauthorized(failure: Failure, facts: Facts, credential: CredentialKind): AppError {
  if (credential === 'none') {
    return new AuthError(`${said(failure)} No credential is configured: GITHUB_TOKEN is not set.`, {
      ...facts,
      hint: 'A person can set GITHUB_TOKEN. Most reads of public repositories work without.',
    });
  }
  const expires = failure.headers.get('github-authentication-token-expiration');
  return new AuthError(
    `${said(failure)} The credential is wrong, revoked or expired${expires ? ` (${expires})` : ''}.`,
    {
      ...facts,
      hint:
        credential === 'app'
          ? 'A person has to check GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and that the app is still installed.'
          : 'A person has to put a valid token into GITHUB_TOKEN, or remove it for public reads.',
    },
  );
}

/** Both limits come as 403 or 429; the secondary one often without saying how long. */
function limited(failure: Failure, facts: Facts): AppError | undefined {
  const { status, headers, message, retryAfterSeconds } = failure;
  const secondary = /secondary rate limit|abuse detection/i.test(message);
  const primary = !secondary && headers.get('x-ratelimit-remaining') === '0' && /rate limit/i.test(message);
  if (!secondary && !primary && status !== 429) return undefined;
  const wait = Math.max(1, retryAfterSeconds ?? secondaryPause);
  const which = primary
    ? `the quota ${headers.get('x-ratelimit-resource') ?? 'core'} of ${headers.get('x-ratelimit-limit') ?? '?'} requests an hour is used up`
    : 'too many requests came at once (secondary rate limit)';
  return new RateLimitError(`GitHub refused ${failure.method} ${failure.path}: ${which}.`, {
    ...facts,
    retryAfterSeconds: wait,
    hint: `Repeat the call in ${wait} s. github_whoami shows the quotas.`,
  });
}

function forbidden(failure: Failure, facts: Facts, credential: CredentialKind): AppError {
  const { headers, message } = failure;
  if (credential === 'none') {
    return new AuthError(`${said(failure)} No credential is configured: GITHUB_TOKEN is not set.`, {
      ...facts,
      hint: 'A person can set GITHUB_TOKEN. Most reads of public repositories work without.',
    });
  }
  if (/already running/i.test(message)) {
    return new ConflictError(said(failure), { ...facts, hint: 'Wait for it, or cancel it first.' });
  }
  const sso = ssoAddress(headers);
  if (sso) {
    return new AuthError(`${said(failure)} The organisation wants this token authorised for SAML single sign-on.`, {
      ...facts,
      hint: `A person has to open ${sso} and authorise the token.`,
    });
  }
  const scope = lacksRole.test(message) && canWritePublic(headers) ? undefined : missingScope(headers);
  if (scope !== undefined) {
    return new AuthError(`${said(failure)} The credential lacks ${scope}.`, {
      ...facts,
      hint: 'A person has to give it that, or use another one. Other tools keep working.',
    });
  }
  if (notForThisCredential.test(message)) return inaccessible(failure, facts);
  const archived = /archived|read-only/i.test(message);
  return new AuthError(`${said(failure)} ${archived ? 'The repository is archived.' : 'It is not allowed.'}`, {
    ...facts,
    hint: archived
      ? 'Nothing can be written there until a person unarchives it.'
      : 'Its role in the repository, a rule of the organisation, or a lock forbids it.',
  });
}

/** Of somebody whose token would do: a private repository that it does not cover is a 404. */
const lacksRole = /^must have \w+ (rights|access)/i;

/** How GitHub refuses fine-grained tokens and apps. */
const notForThisCredential = /not accessible by (personal access token|integration)/i;

function inaccessible(failure: Failure, facts: Facts): AppError {
  const permissions = acceptedPermissions(failure.headers);
  if (permissions === undefined) {
    return new AuthError(`${said(failure)} No permission of a fine-grained token or app would be enough.`, {
      ...facts,
      hint: 'It may not cover this repository, or GitHub takes only classic tokens here. Other tools keep working.',
    });
  }
  return new AuthError(`${said(failure)} The credential lacks ${permissions}.`, {
    ...facts,
    hint: 'A person has to give it that for this repository, or use another one. Other tools keep working.',
  });
}

function notFound(failure: Failure, facts: Facts, credential: CredentialKind): AppError {
  const missing = missingScope(failure.headers) ?? acceptedPermissions(failure.headers);
  const unseen = missing ? `, or the credential lacks ${missing}` : '';
  const why =
    credential === 'none'
      ? 'It does not exist, or it is private: no token is configured'
      : `It does not exist, or it is private and this credential may not see it${unseen}`;
  return new NotFoundError(`${said(failure)} ${why}.`, {
    ...facts,
    hint:
      credential === 'none'
        ? 'Check the name; private repositories need GITHUB_TOKEN.'
        : 'Check name, number or id: github_search, github_repo and the lists show them; github_whoami what the credential may do.',
  });
}

function conflict(failure: Failure, facts: Facts): AppError {
  const empty = /repository is empty/i.test(failure.message);
  return new ConflictError(
    `${said(failure)} ${empty ? 'It has no commit yet.' : 'It was changed in the meantime, or its state does not allow this.'}`,
    {
      ...facts,
      hint: empty ? 'Write a first file to it.' : 'Read it again, then repeat the change on what is there now.',
    },
  );
}

interface FieldError {
  resource?: unknown;
  field?: unknown;
  code?: unknown;
  message?: unknown;
  value?: unknown;
}

const codes: Readonly<Record<string, string>> = {
  missing: 'does not exist',
  missing_field: 'is required',
  invalid: 'is not valid',
  already_exists: 'exists already',
  unprocessable: 'cannot be used',
  too_large: 'is too large',
};

const mostErrors = 10;

function invalid(failure: Failure, facts: Facts): AppError {
  const { json } = failure;
  const body = typeof json === 'object' && json !== null ? (json as { message?: unknown; errors?: unknown }) : {};
  const errors = Array.isArray(body.errors) ? body.errors.slice(0, mostErrors) : [];
  const words = errors.map((error) => (typeof error === 'string' ? error : inWords(error ?? {}))).filter(Boolean);
  const reasons = words.length > 0 ? words.join('; ') : failure.message || 'no reason was given';
  const exists = errors.some((error) => error?.code === 'already_exists');
  return new (exists ? ConflictError : ValidationError)(
    `GitHub does not accept ${failure.method} ${failure.path}: ${oneLine(reasons, 600).replace(/\.$/, '')}.`,
    { ...facts, hint: exists ? 'Read what is there, or choose another name.' : 'Correct the arguments.' },
  );
}

function inWords({ resource, field, code, message, value }: FieldError): string {
  if (typeof message === 'string' && (code === undefined || code === 'custom' || field === undefined)) return message;
  const name = [resource, field].filter((part) => typeof part === 'string').join('.');
  const shown = value === undefined || value === null ? '' : ` (${JSON.stringify(value).slice(0, 100)})`;
  const meaning = codes[String(code)] ?? (typeof message === 'string' ? message : String(code));
  return `${name}${shown} ${meaning}`.trim();
}
