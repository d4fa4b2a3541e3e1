import { AuthError, type Log, NetworkError, ValidationError } from '@mcp-servers/core';
import { createUpstream, type HttpCache, type HttpMetrics, type UpstreamInit } from '@mcp-servers/core/http';
import { createAllowlist } from '@mcp-servers/core/outside';
import { type Policy as CallPolicy, createPolicy } from '@mcp-servers/core/resilience';
import { addressesOf, storageOrigins } from './addresses.ts';
import { createPolicyHooks } from './allow/allow.ts';
import { searchParameters } from './allow/search.ts';
import { readBody, shownBody } from './bodies.ts';
import { type Credential, openCredential } from './credential.ts';
import { apiVersion, type Built, type Endpoint, loadEndpoint } from './endpoint.ts';
import { toGitHubError } from './errors.ts';
import type { GitHub, GitHubCall, GraphqlCall, PlannedRequest, RestAnswer, RestCall } from './github.ts';
import { GraphqlAnswer, isPartial, toGraphqlError } from './graphql-errors.ts';
import { createPrivacyGuard } from './leak.ts';
import { createLookups } from './lookups.ts';
import { missingOrganisations, missingParts } from './missing.ts';
import type { Pace } from './pace.ts';
import type { Query } from './query.ts';
import { parseRepository } from './repository-name.ts';
import { createSeen } from './state.ts';
import { createStorageFetch } from './storage.ts';

export interface GitHubOptions {
  readonly apiUrl: string;
  readonly credential: Credential;
  /** Patterns of the allowlist; none allows every repository. */
  readonly repos?: readonly string[] | undefined;
  readonly readOnly?: boolean;
  readonly allowPublicAfterPrivate?: boolean;
  readonly version: string;
  readonly pace?: Pace;
  readonly cache?: HttpCache;
  /** Of all calls but the policy's own questions. */
  readonly policy?: CallPolicy;
  readonly metrics?: HttpMetrics;
  readonly log: Log;
}

export type OpenGitHub = GitHub & {
  /** For the checks of `createHealth`. */
  readonly health: ReturnType<typeof createUpstream>['health'];
};

/** Three repetitions of a read may wait so long together that a call stays below ten seconds. */
export const policyLimits = { longestRetryAfterSeconds: 3 } as const;

/** GitHub itself gives up a request after ten seconds. What moves megabytes over a slow line may take longer. */
const longest = { callMs: 9500, transferMs: 30_000 } as const;
const largeBody = 1024 ** 2;

/** The port on octokit's endpoints and core's upstream. Nothing is loaded and nothing contacted before the first call. */
export function openGitHub(options: GitHubOptions): OpenGitHub {
  const { log, readOnly = false, allowPublicAfterPrivate = false, pace, metrics, cache } = options;
  const addresses = addressesOf(options.apiUrl);
  const userAgent = `mcp-servers-github/${options.version}`;
  const credential = openCredential(options.credential, { addresses, log, userAgent });
  const allowlist = createAllowlist(options.repos);
  const seen = createSeen();

  const common = {
    ...{
      name: 'GitHub',
      baseUrl: addresses.rest,
      totalMs: longest.callMs,
      log,
      headers: { 'user-agent': userAgent, accept: 'application/vnd.github+json' },
    },
    ...(credential.authorize && { authorize: credential.authorize }),
    ...(credential.principal !== undefined && { principal: credential.principal }),
    ...(pace && { limiter: pace }),
    ...(cache && { cache }),
    ...(metrics && { metrics }),
    toError: (...[failure, error]: Parameters<NonNullable<Parameters<typeof createUpstream>[0]['toError']>>) => {
      seen.observe(failure.headers);
      return toGitHubError(failure, error, credential.kind);
    },
  };
  // With a policy of its own: what waits inside a call for an answer of these must not hold the place they need.
  const asking = createUpstream({
    ...common,
    readOnly: true,
    policy: createPolicy({ name: 'GitHub lookups', limits: policyLimits }),
  });
  const lookups = createLookups(asking, addresses);
  const privacy = createPrivacyGuard(lookups, {
    // Without a credential everything that can be read is public.
    enabled: !allowPublicAfterPrivate && credential.kind !== 'none',
  });
  const hooks = createPolicyHooks({ allowlist, privacy, lookups, addresses });
  const upstream = createUpstream({
    ...common,
    ...{ readOnly, allow: hooks.request, redirectOrigins: storageOrigins(addresses) },
    fetch: createStorageFetch(addresses),
    origins: [new URL(addresses.graphql).origin, new URL(addresses.uploads).origin],
    policy: options.policy ?? createPolicy({ name: 'GitHub', limits: policyLimits }),
  });

  let endpoint: Promise<Endpoint> | undefined;
  const build = async (route: string, parameters: Record<string, unknown>): Promise<Built> => {
    endpoint ??= loadEndpoint(addresses);
    return (await endpoint)(route, scoped(route, parameters));
  };
  const server = addresses.prefix !== '';
  const scoped = (route: string, parameters: Record<string, unknown>) =>
    /^GET \/search\/(repositories|code|issues|commits)$/.test(route)
      ? searchParameters(parameters, { allowlist, issues: route.endsWith('/issues'), server })
      : parameters;

  function observe(headers: Headers, { onMissing }: GitHubCall): void {
    seen.observe(headers);
    for (const missing of missingOrganisations(headers)) onMissing?.(missing);
  }

  async function rest(
    route: string,
    parameters: Record<string, unknown>,
    call: RestCall,
  ): Promise<RestAnswer<unknown>> {
    const { signal, as = 'json', expect, idempotent, maxBytes, onBody } = call;
    const { method, url, headers, body } = await build(route, parameters);
    const kind = call.class ?? (route.startsWith('GET /search/') ? 'search' : undefined);
    const isTransfer = onBody !== undefined || as === 'bytes' || (body?.length ?? 0) > largeBody;
    const response = await upstream.fetch(url, {
      ...{ method, headers, signal },
      ...(body !== undefined && { body }),
      ...definedOnly({
        class: kind,
        idempotent,
        expect,
        maxBytes,
        onBody,
        timeoutMs: isTransfer ? longest.transferMs : undefined,
      }),
    });
    observe(response.headers, call);
    const given = await readBody(response, as);
    if (as !== 'json') {
      const facts = { method, url: new URL(url), body, reads: true };
      await hooks.answer(undefined, facts);
      return { status: response.status, headers: response.headers, data: given, withheld: 0 };
    }
    const reads = (kind ?? (method === 'GET' ? 'read' : 'write')) !== 'write';
    const { data, withheld } = await hooks.answer(given, { method, url: new URL(url), body, reads });
    return { status: response.status, headers: response.headers, data, withheld };
  }

  function toGraphqlRequest(query: Query<unknown>, variables: Readonly<Record<string, unknown>>, call: GitHubCall) {
    hooks.declare(query);
    const writes = query.kind === 'mutation';
    const init: UpstreamInit = {
      ...{ method: 'POST', signal: call.signal },
      headers: { 'content-type': 'application/json', 'x-github-api-version': apiVersion },
      body: JSON.stringify({ query: query.text, variables }),
      class: call.class ?? (writes ? 'write' : query.names.searches ? 'search' : 'read'),
      idempotent: call.idempotent ?? !writes,
      ...definedOnly({ maxBytes: call.maxBytes }),
    };
    return { init, reads: !writes };
  }

  async function graphql<T>(
    query: Query<T>,
    variables: Readonly<Record<string, unknown>>,
    call: GraphqlCall,
  ): Promise<T> {
    if (credential.kind === 'none') throw needsToken(query.name);
    const { init, reads } = toGraphqlRequest(query, variables, call);
    const response = await upstream.fetch(addresses.graphql, init);
    observe(response.headers, call);
    const answer = GraphqlAnswer.safeParse(await readBody(response, 'json'));
    if (!answer.success) throw notGraphql();
    const { data, errors = [] } = answer.data;
    if (errors.length > 0 && (!data || !isPartial(errors, data)))
      throw toGraphqlError(query.name, errors, response.headers);
    const checked = hooks.graphqlAnswer(data, { reads });
    const parsed = query.schema.safeParse(checked.data);
    if (parsed.success) {
      for (const missing of missingParts(errors)) call.onMissing?.(missing);
      if (checked.withheld > 0) call.onMissing?.({ kind: 'withheld', count: checked.withheld });
      return parsed.data;
    }
    if (errors.length > 0) throw toGraphqlError(query.name, errors, response.headers);
    throw new NetworkError(`GitHub answered ${query.name} in another form than expected.`, {
      cause: parsed.error,
      retryable: false,
      hint: 'Its version may not be supported.',
    });
  }

  /** The checks that a request goes through before it is sent, without sending it. */
  async function check(url: string, init: UpstreamInit): Promise<void> {
    const method = init.method ?? 'GET';
    const kind = init.class ?? (method === 'GET' ? 'read' : 'write');
    if (readOnly && kind === 'write') throw isReadOnly();
    const body = typeof init.body === 'string' ? init.body : undefined;
    await hooks.request({ method, url: new URL(url), headers: new Headers(init.headers), body, class: kind });
  }

  const below = (url: string): string => url.replace(addresses.rest, '').replace(new URL(addresses.rest).origin, '');

  return {
    // Octokit's types say what a route takes and answers; underneath it is one function for all of them.
    rest: rest as GitHub['rest'],
    graphql,
    async plan(route, parameters, call): Promise<PlannedRequest> {
      const { method, url, body } = await build(route, parameters as Record<string, unknown>);
      await check(url, { method, ...(body !== undefined && { body }), ...definedOnly({ class: call.class }) });
      return { method, path: below(url), ...(body !== undefined && { body: shownBody(body) }) };
    },
    async planGraphql(query, variables, call) {
      if (credential.kind === 'none') throw needsToken(query.name);
      const { init } = toGraphqlRequest(query, variables, call);
      await check(addresses.graphql, init);
      return { method: 'POST', path: `/graphql ${query.name}`, body: variables };
    },
    repo(name) {
      const parsed = parseRepository(name, addresses.web);
      hooks.repository(`${parsed.owner}/${parsed.repo}`);
      return parsed;
    },
    viewer: async (signal) => {
      signal.throwIfAborted();
      return credential.kind === 'none' || credential.kind === 'app' ? undefined : lookups.viewer();
    },
    readFrom: ({ full_name, private: hidden }) =>
      privacy.read({ full_name, ...(hidden !== undefined && { private: hidden }) }),
    async writeTo({ full_name, private: hidden }, signal) {
      signal.throwIfAborted();
      hooks.repository(full_name);
      await privacy.write({ full_name, ...(hidden !== undefined && { private: hidden }) });
    },
    state() {
      const scopes = seen.scopes();
      const expires = seen.expires();
      return {
        ...{ url: addresses.rest, credential: credential.kind, quotas: seen.quotas() },
        ...(scopes && { scopes }),
        ...(expires !== undefined && { token_expires: expires }),
        policy: {
          ...{ read_only: readOnly, repos: allowlist.patterns, private_read: privacy.privateRead },
          public_after_private: allowPublicAfterPrivate ? 'allowed' : 'refused',
        },
        connection: upstream.state(),
      };
    },
    health: upstream.health,
  };
}

const definedOnly = <T extends Record<string, unknown>>(given: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

const needsToken = (name: string): AuthError =>
  new AuthError(`GitHub answers ${name} (GraphQL) only to a credential, and none is configured.`, {
    hint: 'A person can set GITHUB_TOKEN. Other reads of public repositories work without.',
  });

const isReadOnly = (): AuthError =>
  new AuthError('This server is configured read-only (GITHUB_READ_ONLY), so nothing would be sent.', {
    hint: 'Whoever runs this server can allow writing in its settings.',
  });

const notGraphql = (): ValidationError =>
  new ValidationError('GitHub answered a GraphQL operation in a form that is none of GraphQL.', {
    hint: 'Check GITHUB_API_URL: for Enterprise Server it ends with /api/v3.',
  });
