import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';
import { AppError, AuthError } from '../errors.ts';

/** Puts the credential into the headers, or into the query where a vendor knows no other way. */
export type Authorize = (request: { headers: Headers; url: URL }) => void | Promise<void>;

export interface Authorized {
  readonly headers: Headers;
  /** Parameters to be added to the URL, and again when the same origin redirects. */
  readonly query: readonly (readonly [string, string])[];
  /** Everything that must not be shown. */
  readonly secrets: readonly string[];
  /** The same text for the same credential; empty without one. Itself a secret. */
  readonly identity: string;
}

const credentialHeaders = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'api-key'];

/** The request with its credential, and what of it is secret. The given headers and URL are not changed. */
export async function applyCredentials(
  authorize: Authorize | undefined,
  request: { headers: Headers; url: URL },
  name: string,
): Promise<Authorized> {
  const headers = new Headers(request.headers);
  const url = new URL(request.url);
  try {
    await authorize?.({ headers, url });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AuthError(`The credential of ${name} could not be put into the request.`, {
      hint: 'Check the configured credential: one line of printable ASCII characters.',
      // A refused header is quoted in its TypeError, whole.
      ...(!(error instanceof TypeError) && { cause: error }),
    });
  }
  if (url.origin !== request.url.origin || url.pathname !== request.url.pathname) {
    throw new Error('`authorize` may change the headers and the query, not the address.');
  }
  const values = [...headers].filter(
    ([header, value]) => credentialHeaders.includes(header) || request.headers.get(header) !== value,
  );
  const query = [...url.searchParams].filter(([key, value]) => !request.url.searchParams.has(key, value));
  return {
    ...{ headers, query },
    secrets: [...values.flatMap(([, value]) => secretsIn(value)), ...query.map(([, value]) => value)],
    identity: [...values, ...query].map((pair) => pair.join('\0')).join('\0\0'),
  };
}

/** A header's value, what follows its scheme, the password of Basic, the values of cookies. */
function secretsIn(value: string): string[] {
  const [scheme = '', credential] = value.split(/ (.*)/s);
  const password = /^basic$/i.test(scheme) ? atobOr(credential ?? '').split(/:(.*)/s)[1] : undefined;
  const cookies = value.includes('=') ? value.split(/; ?/).map((cookie) => cookie.slice(cookie.indexOf('=') + 1)) : [];
  return [value, credential, password, ...cookies].filter(
    (secret) => secret !== undefined && secret !== '',
  ) as string[];
}

const atobOr = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** Node's scrypt is looked up at the first call: node:crypto is not loaded when a server starts. */
const derive = (identity: string, salt: string): Promise<Buffer> =>
  promisify<string, string, number, { N: number }, Buffer>(scrypt)(identity, salt, 32, { N: 4096 });
const keptKeys = 100;

export interface CredentialKeys {
  /** 32 bytes that every process derives from the same credential, and that do not tell it. */
  of(identity: string): Promise<Buffer>;
}

/** Derived slowly, because a credential may be a password, and therefore once: the last hundred are kept. */
export function createCredentialKeys(salt: string): CredentialKeys {
  const keys = new LRUCache<string, Promise<Buffer>>({ max: keptKeys });
  return {
    of(identity) {
      const id = createHash('sha256').update(identity).digest('base64');
      const key = keys.get(id) ?? derive(identity, salt);
      keys.set(id, key);
      return key;
    },
  };
}
