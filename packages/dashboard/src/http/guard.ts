import { isIPv4 } from 'node:net';
import { AuthError } from '@mcp-servers/core';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { cookieOf, isSame } from '../token.ts';
import { HttpError } from './problems.ts';

export interface GuardOptions {
  token: string;
  scrapeToken: string | undefined;
  /** Names and addresses this dashboard may be asked by, without port. */
  hosts: readonly string[];
  /** Tells cookies of several dashboards on one host apart. */
  cookieName: string;
}

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** The hosts that a `Host` header may name. */
export function allowedHosts(listening: string, more: readonly string[] = []): string[] {
  const own = listening.includes(':') && !listening.startsWith('[') ? `[${listening}]` : listening;
  const isAny = own === '0.0.0.0' || own === '[::]';
  return [...new Set([...loopback, ...(isAny ? [] : [own]), ...more].map((name) => name.toLowerCase()))];
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));

/** `localhost:4747` -> `localhost`; undefined for what is no host. */
function hostnameOf(host: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase();
}

/**
 * Refuses what a page of another site can make a browser send: a foreign `Host` (a name that was pointed at this machine), a foreign
 * `Origin`, and anything the browser itself calls cross-site.
 */
export function refuseForeign({ hosts }: Pick<GuardOptions, 'hosts'>): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host');
    const name = hostnameOf(host);
    if (name === undefined || !hosts.includes(name)) {
      throw new HttpError('forbidden', 'This dashboard is not known by that host name.', {
        hint: 'Open it by localhost, or name the host in DASHBOARD_ALLOWED_HOSTS.',
      });
    }
    const origin = context.req.header('origin');
    if (origin !== undefined && !isOwn(origin, host)) throw crossSite();
    const site = context.req.header('sec-fetch-site');
    const navigates = context.req.method === 'GET' && context.req.header('sec-fetch-mode') === 'navigate';
    // `same-site` is another port of this host: another program.
    if ((site === 'cross-site' || site === 'same-site') && !navigates) throw crossSite();
    await next();
  };
}

function isOwn(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host?.toLowerCase();
  } catch {
    return false; // `null`, of a sandboxed page.
  }
}

const crossSite = (): HttpError =>
  new HttpError('forbidden', 'This request came from another site.', {
    hint: 'Send it from the page of this dashboard, or without a browser.',
  });

/** Lets in who has the cookie or the token; `/metrics` also for the scrape token. */
export function requireToken(options: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    if (!isSignedIn(context, options)) {
      throw new AuthError('This needs the token of the dashboard.', {
        hint: 'Open the address that the dashboard printed when it started, or send "Authorization: Bearer <token>"; the token is in <home>/dashboard-token.',
      });
    }
    await next();
  };
}

export function isSignedIn(context: Context, { token, scrapeToken, cookieName }: GuardOptions): boolean {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? [];
  if (bearer !== undefined) {
    if (isSame(bearer, token)) return true;
    return scrapeToken !== undefined && context.req.path === '/metrics' && isSame(bearer, scrapeToken);
  }
  const cookie = getCookie(context, cookieName);
  return cookie !== undefined && isSame(cookie, cookieOf(token));
}

const ninetyDays = 90 * 86_400;

/** `/?token=...`, the address printed at the start: keeps a cookie and goes on without the token. */
export function signIn({ token, cookieName }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.query('token');
    if (given === undefined) return next();
    if (!isSame(given, token)) {
      throw new AuthError('That is not the token of this dashboard.', {
        hint: 'Open the address that the dashboard printed when it started.',
      });
    }
    setCookie(context, cookieName, cookieOf(token), {
      ...{ httpOnly: true, sameSite: 'Strict', path: '/', maxAge: ninetyDays },
    });
    context.header('cache-control', 'no-store');
    return context.redirect('/', 303);
  };
}
