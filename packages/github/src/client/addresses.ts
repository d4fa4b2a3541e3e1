import { ValidationError } from '@mcp-servers/core';

/** Where the parts of GitHub's API are. */
export interface Addresses {
  /** Without a slash at its end. */
  readonly rest: string;
  readonly graphql: string;
  /** Of the uploads of release assets. */
  readonly uploads: string;
  /** Hosts of web addresses of repositories. */
  readonly web: string;
  /** Path of `rest`: empty, or `/api/v3` of Enterprise Server. */
  readonly prefix: string;
}

export const publicApi = 'https://api.github.com';

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * From `GITHUB_API_URL`: `https://api.github.com`, `https://api.acme.ghe.com`, `https://github.acme.example/api/v3`, or the bare host of
 * an Enterprise Server. Throws ValidationError for anything else, and for http beyond this machine.
 */
export function addressesOf(text: string): Addresses {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    throw new ValidationError('GITHUB_API_URL is not an http or https address.', {
      hint: 'For Enterprise Server it is https://<host>/api/v3.',
    });
  }
  const local = loopback.test(url.hostname);
  if (url.protocol === 'http:' && !local) {
    throw new ValidationError('GITHUB_API_URL begins with http:, which would send the token unprotected.', {
      hint: 'Use https.',
    });
  }
  if (/^(www\.)?github\.com$/.test(url.hostname)) return addressesOf(publicApi);
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '/api/v3');
  const bare = path === '' && !local && !url.hostname.startsWith('api.');
  const prefix = bare ? '/api/v3' : path;
  const above = prefix.endsWith('/v3') ? `${url.origin}${prefix.slice(0, -'/v3'.length)}` : undefined;
  const rest = `${url.origin}${prefix}`;
  const hosted = url.hostname.startsWith('api.') ? url.hostname.slice('api.'.length) : undefined;
  return {
    ...{ rest, prefix, graphql: `${above ?? rest}/graphql` },
    uploads: above ? `${above}/uploads` : hosted ? `https://uploads.${hosted}` : rest,
    web: hosted ?? url.host,
  };
}

/** Origins that GitHub redirects downloads to: archives, logs, artifacts, release assets. They get no credential. */
export const storageOrigins = ({ rest, web }: Addresses): string[] => [
  // A GitHub on this machine has its storage under the other name of it.
  ...(rest.startsWith('http:') ? ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${new URL(rest).port}`) : []),
  ...(rest.startsWith('https:') ? [`https://*.${web}`] : []),
  ...['https://*.githubusercontent.com', 'https://*.blob.core.windows.net', 'https://*.s3.amazonaws.com'],
];
