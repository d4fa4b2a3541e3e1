import { AuthError, ConflictError, ValidationError } from '@mcp-servers/core';
import { oneLine, type UpstreamRequest } from '@mcp-servers/core/http';
import type { Allowlist } from '@mcp-servers/core/outside';
import type { Addresses } from '../addresses.ts';
import type { PrivacyGuard } from '../leak.ts';
import type { Lookups } from '../lookups.ts';
import { type Query, valuesAt } from '../query.ts';
import { checkAnswer, checkGraphql, type SeenRepository } from './answers.ts';
import { type Asked, type Named, namesIn } from './route-table.ts';
import { scopeOf } from './search.ts';

export const allowSetting = 'GITHUB_REPOS';

export interface Policy {
  /** The `allow` hook of the HTTP layer: throws to refuse. */
  request(request: UpstreamRequest): Promise<void>;
  /** The operation's text may be sent from now on, with the variables that its declaration explains. */
  declare(query: Query<unknown>): void;
  /** A REST answer without what is outside; throws when all of it is. Records what was read. */
  answer(data: unknown, facts: AnswerFacts): Promise<{ data: unknown; withheld: number }>;
  graphqlAnswer(data: unknown, facts: { reads: boolean }): { data: unknown; withheld: number };
  repository(name: string): void;
}

export interface AnswerFacts {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
  /** Nothing of a write's answer counts as read. */
  readonly reads: boolean;
}

export interface PolicyOptions {
  readonly allowlist: Allowlist;
  readonly privacy: PrivacyGuard;
  readonly lookups: Lookups;
  readonly addresses: Addresses;
}

const mostIssueIds = 5000;

/** The allowlist and the guard of private data, on every path that a request can take. */
export function createPolicyHooks({ allowlist, privacy, lookups, addresses }: PolicyOptions): Policy {
  const queries = new Map<string, Query<unknown>>();
  /** Issues that were read in repositories inside, whose ids alone do not tell. */
  const issues = new Map<number, string>();
  const api = new URL(addresses.rest);
  const graphql = new URL(addresses.graphql);
  const uploads = new URL(addresses.uploads);
  const allows = (name: string): boolean => isName(name) && allowlist.allows(name.replace(/\.git$/i, ''));

  function refuse(what: string, why: string): never {
    throw new AuthError(`${what} ${why} (${allowSetting}=${allowlist.patterns.join(',')}). Nothing was sent.`, {
      hint: `Only a person can change ${allowSetting}. Keep to the repositories it allows.`,
    });
  }

  function repository(name: string): void {
    if (allowlist.open || allows(name)) return;
    refuse(`The repository ${oneLine(name, 120)}`, 'is outside the allowlist of this server');
  }

  /** The request below the address of the API; undefined for downloads, which only a redirect of a checked request leads to. */
  function pathBelow(url: URL): string | undefined {
    // Enterprise Server has them beside its API, /_codeload; no route of the API begins so.
    if (/^\/[-_]/.test(url.pathname)) return undefined;
    for (const { origin, pathname } of [api, uploads]) {
      const prefix = pathname.replace(/\/$/, '');
      if (url.origin === origin && url.pathname.startsWith(`${prefix}/`)) return url.pathname.slice(prefix.length);
    }
    return undefined;
  }

  function asked({ method, url, body }: { method: string; url: URL; body: unknown }): Asked | undefined {
    const path = pathBelow(url);
    const viewer = async () => (await lookups.viewer()) ?? '?';
    return path === undefined ? undefined : { method, path, query: url.searchParams, body: toFields(body), viewer };
  }

  /** The repositories behind names and ids; what has none is checked here. */
  async function repositoriesOf(named: Named): Promise<SeenRepository[]> {
    const found: SeenRepository[] = (named.repositories ?? []).map((full_name) => ({ full_name }));
    for (const id of named.repositoryIds ?? []) {
      const repository = await lookups.repositoryById(id);
      if (repository) found.push(repository);
      else if (!allowlist.open) refuse('A redirect', 'leads to a repository that this credential cannot see');
    }
    if (named.notificationThread !== undefined && !allowlist.open) {
      const thread = await lookups.thread(named.notificationThread);
      if (!thread) refuse(`The notification ${named.notificationThread}`, 'cannot be seen');
      found.push(thread);
    }
    if (!allowlist.open) {
      for (const id of named.issueIds ?? []) {
        const name = issues.get(Number(id));
        if (name === undefined) {
          throw new ConflictError(`Issue id ${String(id)} was not read before, so its repository is not known.`, {
            hint: 'Read the issue by its repository and number first.',
          });
        }
        found.push({ full_name: name });
      }
    }
    return found;
  }

  function checkPlaces(named: Named | undefined, { path, query }: Asked): void {
    if (named === undefined) refuse(`${oneLine(path, 120)}`, 'cannot be limited to the allowlist of this server');
    if (named.personal) refuse(`This touches ${named.personal}, which`, 'belongs to no repository of the allowlist');
    if (named.organisation !== undefined && !coversOwner(allowlist, named.organisation)) {
      refuse(`Data of the organisation ${named.organisation}`, 'is outside the allowlist, which has only parts of it');
    }
    if (path.startsWith('/search/')) checkSearch(query.get('q') ?? '');
  }

  function checkSearch(search: string): void {
    const { repositories, owners } = scopeOf(search);
    for (const name of repositories) repository(name);
    for (const owner of owners) {
      if (!mayHold(allowlist, owner)) refuse(`Searching in ${oneLine(owner, 60)}`, 'leads outside the allowlist');
    }
  }

  async function restRequest(request: UpstreamRequest): Promise<void> {
    const details = asked(request);
    if (details === undefined) return;
    const writes = request.class === 'write';
    if (allowlist.open && !(writes && privacy.watching)) return;
    const named = await namesIn(details);
    if (!allowlist.open) checkPlaces(named, details);
    const repositories = await repositoriesOf(named ?? {});
    for (const { full_name } of repositories) repository(full_name);
    if (!writes || named?.quiet) return;
    const publishes = named ? named.publishes : `${details.method} ${oneLine(details.path, 100)}`;
    if (publishes) await privacy.writePublic(publishes);
    for (const each of repositories) await privacy.write(each);
  }

  async function graphqlRequest(request: UpstreamRequest): Promise<void> {
    const { query: text, variables } = toFields(request.body);
    const declared = queries.get(String(text));
    if (!declared) throw new ValidationError('A GraphQL operation that this server does not declare was not sent.');
    const given = toFields(variables);
    const writes = declared.kind === 'mutation';
    if (allowlist.open && !(writes && privacy.watching)) return;
    const { names } = declared;
    for (const path of names.searches ?? []) for (const search of valuesAt(given, path)) checkSearch(String(search));
    if (!allowlist.open && names.accounts)
      refuse(declared.name, 'touches what belongs to an account, not to a repository');
    const repositories: SeenRepository[] = (names.repositories ?? []).flatMap(([owner, name]) => {
      const [first] = valuesAt(given, owner);
      const [second] = valuesAt(given, name);
      return first === undefined ? [] : [{ full_name: `${first}/${second}` }];
    });
    const ids = (names.nodes ?? []).flatMap((path) => valuesAt(given, path)).map(String);
    for (const [id, place] of ids.length > 0 ? await lookups.places(ids) : []) {
      if (place.kind === 'repository') repositories.push(place);
      else if (place.kind === 'project') {
        if (!allowlist.open) refuse(place.name, 'belongs to an account, not to a repository');
        if (place.public && writes) await privacy.writePublic(place.name);
      } else if (place.kind === 'unknown' && !allowlist.open) {
        refuse(`The node ${oneLine(id, 60)}`, `is ${place.type}, which cannot be limited to the allowlist`);
      }
    }
    for (const { full_name } of repositories) repository(full_name);
    if (writes) for (const each of repositories) await privacy.write(each);
  }

  function record(seen: readonly SeenRepository[], reads: boolean): void {
    if (reads) for (const each of seen) privacy.read(each);
  }

  function learnIssues(data: unknown): void {
    const rows = Array.isArray(data) ? data : [data];
    for (const row of rows) {
      if (typeof row?.id !== 'number' || typeof row.repository_url !== 'string') continue;
      if (issues.size >= mostIssueIds) issues.clear();
      issues.set(row.id, row.repository_url.split('/').slice(-2).join('/'));
    }
  }

  return {
    repository,
    declare: (query) => void queries.set(query.text, query),
    async request(request) {
      const { origin, pathname } = request.url;
      if (origin === graphql.origin && pathname === graphql.pathname) await graphqlRequest(request);
      else await restRequest(request);
    },
    async answer(data, { reads, ...request }) {
      const details = asked(request);
      const named = details && (await namesIn(details));
      const listing = named?.listing === true && !allowlist.open;
      const checked = checkAnswer(data, (name) => allowlist.open || allows(name), { listing });
      if (checked.outside !== undefined) {
        refuse(`What answers there is ${oneLine(checked.outside, 120)}, which`, 'is outside the allowlist');
      }
      if (!allowlist.open) learnIssues(checked.data);
      if (reads && /^\/gists\b/.test(details?.path ?? '') && isSecretGist(data)) privacy.readPrivate('a secret gist');
      record([...(named?.repositories ?? []).map((full_name) => ({ full_name })), ...checked.seen], reads);
      return { data: checked.data, withheld: checked.withheld };
    },
    graphqlAnswer(data, { reads }) {
      const checked = checkGraphql(data, (name) => allowlist.open || allows(name));
      if (checked.outside !== undefined) {
        refuse(`What answers there is ${oneLine(checked.outside, 120)}, which`, 'is outside the allowlist');
      }
      record(checked.seen, reads);
      return { data: checked.data, withheld: checked.withheld };
    },
  };
}

/** GitHub's names are ASCII; anything else could be folded into one. */
const isName = (name: string): boolean => /^[\w.-]+\/[\w.-]+$/.test(name);

const allowing = ({ patterns }: Allowlist): string[] => patterns.filter((pattern) => !pattern.startsWith('!'));

/** Everything of this owner is inside: a pattern takes it in, and none takes any of it away. */
function coversOwner(allowlist: Allowlist, owner: string): boolean {
  const allow = allowing(allowlist);
  const denied = allowlist.patterns.some(
    (pattern) => pattern.startsWith('!') && mayMatchOwner(pattern.slice(1), owner),
  );
  const whole = allow.some((pattern) => pattern.endsWith('/*') && mayMatchOwner(pattern, owner));
  return !denied && (allow.length === 0 || whole);
}

/** Some repository of this owner may be inside. */
const mayHold = (allowlist: Allowlist, owner: string): boolean => {
  const allow = allowing(allowlist);
  return allow.length === 0 || allow.some((pattern) => mayMatchOwner(pattern, owner));
};

function mayMatchOwner(pattern: string, owner: string): boolean {
  const [part = ''] = pattern.split('/');
  const source = part.replaceAll('.', String.raw`\.`).replaceAll('*', '.*');
  return new RegExp(`^${source}$`, 'i').test(owner);
}

function toFields(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  if (typeof body !== 'string' || !body.startsWith('{')) return {};
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return {}; // A text that begins like JSON names nothing.
  }
}

const isSecretGist = (data: unknown): boolean =>
  [data].flat().some((gist) => typeof gist === 'object' && gist !== null && 'public' in gist && gist.public === false);
