import { canSee, isHiddenBySaml, partialHeader } from '../access.ts';
import { type Call, pageOf, text } from '../call.ts';
import { findAccount } from '../model/accounts.ts';
import { findRepository, type Repository } from '../model/repository.ts';
import { invalid, Refusal } from '../refusal.ts';
import { ok, type Reply } from '../reply.ts';
import { parseQuery, type SearchQuery, valuesOf } from './query.ts';

/** The query of a search, refused as GitHub refuses it: too long, too many operators, past the last result. */
export function queryOf(call: Call): SearchQuery {
  const q = text(call, 'q') ?? '';
  if (q.trim() === '') throw invalid({ resource: 'Search', field: 'q', code: 'missing' });
  if (q.replaceAll(/\S+:\S+/g, '').length > 256) {
    throw invalid({
      resource: 'Search',
      field: 'q',
      code: 'invalid',
      message: 'The search is longer than 256 characters.',
    });
  }
  const query = parseQuery(q);
  if (query.operators > 5) {
    throw invalid({
      resource: 'Search',
      field: 'q',
      code: 'invalid',
      message: 'More than five AND / OR / NOT operators were used.',
    });
  }
  return query;
}

/** The repositories that user:, org: and repo: leave, of those the caller may see. Throws Refusal 422 where they name nothing. */
export function repositoriesOf(call: Call, query: SearchQuery): Repository[] {
  const { state } = call;
  const owners = [...valuesOf(query, 'user'), ...valuesOf(query, 'org')].map((login) =>
    login === '@me' ? call.user : findAccount(state, login),
  );
  const named = valuesOf(query, 'repo').map((name) => findRepository(state, name));
  const isUnknown = (repository: Repository | undefined) => !repository || !canSee(call, repository);
  if ((named.length > 0 && named.every(isUnknown)) || (owners.length > 0 && owners.every((owner) => !owner))) {
    throw invalid({
      message:
        'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.',
      ...{ resource: 'Search', field: 'q', code: 'invalid' },
    });
  }
  const without = (key: string) => query.qualifiers.filter((entry) => entry.key === key && entry.negated);
  return [...state.repositories.values()].filter((repository) => {
    if (!canSee(call, repository) || isHiddenBySaml(call, repository.owner)) return false;
    const isNamed = named.includes(repository) || owners.includes(repository.owner);
    if (named.length + owners.length > 0 && !isNamed) return false;
    const isExcluded =
      without('repo').some(({ value }) => findRepository(state, value) === repository) ||
      [...without('user'), ...without('org')].some(({ value }) => findAccount(state, value) === repository.owner);
    return !isExcluded;
  });
}

/** The page of what was found; GitHub shows the first thousand. */
export function found<T>(call: Call, items: readonly T[], view: (item: T) => object): Reply {
  const { searchResults: most } = call.state.bounds;
  const size = Number(call.query.per_page ?? 30);
  if ((Number(call.query.page ?? 1) - 1) * size >= most) {
    throw new Refusal(422, 'Only the first 1000 search results are available', {
      extra: { documentation_url: 'https://docs.github.com/v3/search/' },
    });
  }
  const { slice, headers } = pageOf(call, items.slice(0, most), { most });
  const body = { total_count: items.length, incomplete_results: call.state.searchTimesOut, items: slice.map(view) };
  return ok(body, { headers: { ...headers, ...partialHeader(call) } });
}

export interface TextMatch {
  readonly object_url: string;
  readonly object_type: string | null;
  readonly property: string;
  readonly fragment: string;
  readonly matches: readonly { readonly text: string; readonly indices: readonly [number, number] }[];
}

/** Where the terms stand in a text, with the text around them. */
export function textMatches(
  query: SearchQuery,
  on: { url: string; type: string | null; property: string; text: string },
): TextMatch[] {
  const lower = on.text.toLowerCase();
  return query.terms
    .filter(({ text: term, negated }) => !negated && lower.includes(term))
    .map(({ text: term }) => {
      const at = lower.indexOf(term);
      const from = Math.max(0, at - 60);
      const fragment = on.text.slice(from, at + term.length + 60);
      const indices = [at - from, at - from + term.length] as const;
      const matches = [{ text: on.text.slice(at, at + term.length), indices }];
      return { object_url: on.url, object_type: on.type, property: on.property, fragment, matches };
    });
}

/** Newest or most first unless asked otherwise; the best match otherwise keeps the order. */
export function ordered<T>(call: Call, items: readonly T[], keys: Readonly<Record<string, (item: T) => number>>): T[] {
  const key = keys[text(call, 'sort') ?? ''];
  if (!key) return [...items];
  const sign = text(call, 'order') === 'asc' ? 1 : -1;
  return items.toSorted((a, b) => sign * (key(a) - key(b)));
}
