import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Call } from '../call.ts';
import type { State } from '../model/state.ts';
import { Refusal } from '../refusal.ts';

const key = 'the sandbox signs its downloads';
const lifetime = 600_000;

const signature = (path: string, expires: string) =>
  createHmac('sha256', key).update(`${path}\n${expires}`).digest('base64url');

/** The origin of uploads and downloads: the same server under its other name, so that it is another origin. */
export const otherOrigin = (state: State): string => state.urls.api.replace('127.0.0.1', 'localhost');

/** An address on the other origin that needs no token, for ten minutes. */
export function signedUrl(state: State, path: string): string {
  const expires = String(state.now() + lifetime);
  return `${otherOrigin(state)}${path}?se=${expires}&sig=${signature(path, expires)}`;
}

/** Storage refuses a token beside a signature, a wrong signature, and an old one. Throws Refusal 400, 403. */
export function refuseUnsigned(call: Call): void {
  const { searchParams, pathname } = call.url;
  if (call.headers.authorization)
    throw new Refusal(400, 'InvalidAuthenticationInfo: only one way of authentication is allowed');
  const expires = searchParams.get('se') ?? '';
  const [given, wanted] = [searchParams.get('sig') ?? '', signature(pathname, expires)].map((text) =>
    Buffer.from(text),
  );
  const isSame = given && wanted && given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!isSame || Number(expires) < call.state.now()) throw new Refusal(403, 'AuthenticationFailed');
}
