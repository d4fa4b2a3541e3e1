import type { UpstreamState } from '@mcp-servers/core/http';

/** One of GitHub's quotas, as its last answer said. */
export interface Quota {
  readonly limit: number;
  readonly remaining: number;
  /** ISO 8601, UTC. */
  readonly resets_at: string;
}

export interface GitHubState {
  /** Address of the API. */
  readonly url: string;
  readonly credential: CredentialKind;
  /** Of a classic token, once an answer said so. */
  readonly scopes?: readonly string[];
  readonly token_expires?: string;
  readonly quotas: Readonly<Record<string, Quota>>;
  readonly policy: {
    readonly read_only: boolean;
    /** Patterns of the allowlist; empty when every repository is allowed. */
    readonly repos: readonly string[];
    readonly public_after_private: 'refused' | 'allowed';
    /** Private places something was read from, the last ten. */
    readonly private_read: readonly string[];
  };
  readonly connection: UpstreamState;
}

export type CredentialKind = 'none' | 'app' | 'classic token' | 'fine-grained token' | 'token';

/** By the prefix that GitHub gives its tokens. */
export function kindOfToken(token: string): CredentialKind {
  if (token.startsWith('github_pat_')) return 'fine-grained token';
  if (/^(ghp_|[0-9a-f]{40}$)/.test(token)) return 'classic token';
  return 'token';
}

/** What the headers of GitHub's answers tell about the credential. */
export interface Seen {
  observe(headers: Headers): void;
  scopes(): string[] | undefined;
  expires(): string | undefined;
  quotas(): Record<string, Quota>;
}

/** GitHub has about a dozen; a proxy could invent more. */
const mostQuotas = 30;

export function createSeen(): Seen {
  const quotas = new Map<string, Quota>();
  let scopes: string[] | undefined;
  let expires: string | undefined;
  return {
    observe(headers) {
      const said = headers.get('x-oauth-scopes');
      if (said !== null) scopes = listOf(said);
      expires = headers.get('github-authentication-token-expiration') ?? expires;
      const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
        Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN),
      ) as [number, number, number];
      if (![limit, remaining, reset].every(Number.isSafeInteger) || reset > 1e11) return;
      const resource = headers.get('x-ratelimit-resource') ?? 'core';
      if (quotas.size >= mostQuotas && !quotas.has(resource)) return;
      quotas.set(resource, { limit, remaining, resets_at: new Date(reset * 1000).toISOString() });
    },
    scopes: () => scopes && [...scopes],
    expires: () => expires,
    quotas: () => Object.fromEntries(quotas),
  };
}

/** `repo, user` -> `['repo', 'user']`. */
export const listOf = (header: string): string[] =>
  header
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
