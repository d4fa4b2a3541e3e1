import { ValidationError } from '@mcp-servers/core';
import { oneLine, type UpstreamRequest } from '@mcp-servers/core/http';
import type { PrivacyGuard } from '../leak.ts';
import type { Lookups } from '../lookups.ts';
import { type Query, type QueryNames, valuesAt } from '../query.ts';
import type { SeenRepository } from './answers.ts';
import { toFields } from './asked.ts';
import type { Bounds } from './bounds.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface GraphqlRequests {
  /** The operation's text may be sent from now on. */
  declare(query: Query<unknown>): void;
  /** Throws AuthError for what may not be sent, ValidationError for what was not declared. */
  check(request: UpstreamRequest): Promise<void>;
}

export function createGraphqlRequests({
  bounds,
  privacy,
  lookups,
}: {
  bounds: Bounds;
  privacy: PrivacyGuard;
  lookups: Pick<Lookups, 'places'>;
}): GraphqlRequests {
  const queries = new Map<string, Query<unknown>>();

  /** The repositories behind node ids; what belongs to none is checked here. */
  async function repositoriesBehind(ids: readonly string[], guarded: boolean): Promise<SeenRepository[]> {
    const repositories: SeenRepository[] = [];
    for (const [id, place] of ids.length > 0 ? await lookups.places(ids) : []) {
      if (place.kind === 'repository') repositories.push(place);
      else if (place.kind === 'project') {
        if (!bounds.open) bounds.refuse(place.name, 'belongs to an account, not to a repository');
        if (place.public && guarded) await privacy.writePublic(place.name);
      } else if (place.kind === 'unknown' && !bounds.open) {
        bounds.refuse(`The node ${oneLine(id, 60)}`, `is ${place.type}, which cannot be limited to the allowlist`);
      }
    }
    return repositories;
  }

  return {
    declare: (query) => void queries.set(query.text, query),
    async check(request) {
      const { query: text, variables } = toFields(request.body);
      const declared = queries.get(String(text));
      if (!declared) throw new ValidationError('A GraphQL operation that this server does not declare was not sent.');
      const given = toFields(variables);
      const writes = declared.kind === 'mutation';
      if (bounds.open && !(writes && privacy.watching)) return;
      const { names } = declared;
      for (const path of names.searches ?? [])
        for (const search of valuesAt(given, path)) bounds.search(String(search));
      if (!bounds.open && names.accounts)
        bounds.refuse(declared.name, 'touches what belongs to an account, not to a repository');
      const guarded = writes && !names.quiet;
      const isPublished = (names.publishes ?? []).some((path) => valuesAt(given, path).includes(true));
      if (guarded && isPublished) await privacy.writePublic(`what ${declared.name} makes public`);
      const repositories = [
        ...repositoriesNamed(names, given),
        ...(await repositoriesBehind(idsIn(names, given), guarded)),
      ];
      for (const { full_name } of repositories) bounds.repository(full_name);
      if (guarded) for (const each of repositories) await privacy.write(each);
    },
  };
}

const repositoriesNamed = (names: QueryNames, given: Fields): SeenRepository[] =>
  (names.repositories ?? []).flatMap(([owner, name]) => {
    const [first] = valuesAt(given, owner);
    const [second] = valuesAt(given, name);
    return first === undefined ? [] : [{ full_name: `${first}/${second}` }];
  });

const idsIn = (names: QueryNames, given: Fields): string[] =>
  (names.nodes ?? [])
    .flatMap((path) => valuesAt(given, path))
    .map(String)
    .filter((id) => !isPlanned(id));

/** In a dry run a name in angle brackets, which is no id, stands for what is not there yet. */
const isPlanned = (id: string): boolean => /^<\w+>$/.test(id);
