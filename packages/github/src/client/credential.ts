import { AppError, AuthError, type Log } from '@mcp-servers/core';
import { type Authorize, createUpstream, unwrapAppError } from '@mcp-servers/core/http';
import { createPolicy } from '@mcp-servers/core/resilience';
import type { Addresses } from './addresses.ts';
import { type CredentialKind, kindOfToken } from './state.ts';

export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly privateKey: string;
      /** Of the only one the app has, unless given. */
      readonly installationId?: number | undefined;
    };

export interface OpenCredential {
  readonly kind: CredentialKind;
  readonly authorize?: Authorize;
  /** Who the limits count for, where the credential changes by itself. */
  readonly principal?: string;
}

/** How requests get their credential. Nothing is contacted before the first of them. */
export function openCredential(
  credential: Credential,
  { addresses, log, userAgent }: { addresses: Addresses; log: Log; userAgent: string },
): OpenCredential {
  if (credential.kind === 'none') return { kind: 'none' };
  if (credential.kind === 'token') {
    const { token } = credential;
    return {
      kind: kindOfToken(token),
      authorize: ({ headers }) => headers.set('authorization', `Bearer ${token}`),
    };
  }
  let installation: Promise<InstallationAuth> | undefined;
  const open = () => openApp(credential, { addresses, log, userAgent });
  return {
    kind: 'app',
    principal: `app ${credential.appId}`,
    async authorize({ headers }) {
      installation ??= open();
      try {
        const { token } = await (await installation)();
        headers.set('authorization', `Bearer ${token}`);
      } catch (error) {
        installation = undefined;
        throw toAppAuthError(error);
      }
    },
  };
}

/** Octokit keeps the token until shortly before its hour is over. */
type InstallationAuth = () => Promise<{ token: string }>;

async function openApp(
  { appId, privateKey, installationId }: Extract<Credential, { kind: 'app' }>,
  { addresses, log, userAgent }: { addresses: Addresses; log: Log; userAgent: string },
): Promise<InstallationAuth> {
  const { App, Octokit } = await import('octokit');
  const upstream = createUpstream({
    name: 'GitHub',
    baseUrl: addresses.rest,
    policy: createPolicy({ name: 'GitHub app' }),
    secrets: [privateKey],
    log,
  });
  const app = new App({
    appId,
    privateKey: privateKey.replaceAll('\\n', '\n'),
    log: toOctokitLog(log),
    Octokit: Octokit.defaults({
      ...{ baseUrl: addresses.rest, userAgent, log: toOctokitLog(log) },
      ...{ retry: { enabled: false }, throttle: { enabled: false } },
      request: { fetch: upstream.fetch },
    }),
  });
  const id = installationId ?? (await onlyInstallation(app));
  return () => app.octokit.auth({ type: 'installation', installationId: id }) as Promise<{ token: string }>;
}

async function onlyInstallation(app: InstanceType<typeof import('octokit').App>): Promise<number> {
  const { data } = await app.octokit.request('GET /app/installations', { per_page: 10 });
  const [only, ...others] = data;
  if (only && others.length === 0) return only.id;
  const names = data.map(({ id, account }) => `${id}${account && 'login' in account ? ` (${account.login})` : ''}`);
  throw new AuthError(
    only ? `The GitHub App is installed more than once: ${names.join(', ')}.` : 'The GitHub App is installed nowhere.',
    { hint: only ? 'Set GITHUB_APP_INSTALLATION_ID to one of them.' : 'Install it for an account first.' },
  );
}

function toAppAuthError(error: unknown): unknown {
  const inner = unwrapAppError(error);
  if (inner instanceof AppError) return inner;
  // The reason is not kept: it may quote the key.
  return new AuthError('A token for the GitHub App could not be made.', {
    hint: 'Check GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY (the whole PEM text, or a file through GITHUB_APP_PRIVATE_KEY_FILE).',
  });
}

function toOctokitLog(log: Log) {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string) => log[level]({ message }, 'octokit');
  return { debug: at('debug'), info: at('debug'), warn: at('warn'), error: at('warn') };
}
