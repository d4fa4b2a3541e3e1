import { oneLine } from '@mcp-servers/core/http';
import type { GitHub } from './github.ts';
import type { GraphqlError } from './graphql-errors.ts';
import { listOf } from './state.ts';

/** What an answer lacks that is one all the same. */
export type Missing =
  /** Ids of organisations with single sign-on that the token is not authorised for. */
  | { readonly kind: 'organisations'; readonly ids: readonly string[] }
  /** Of a GraphQL answer. `path` without the places in lists: `repository.pullRequest.files`. */
  | { readonly kind: 'part'; readonly path: string; readonly message: string }
  /** Rows and parts of a GraphQL answer that are outside the allowlist; of a REST answer they are `withheld`. */
  | { readonly kind: 'withheld'; readonly count: number };

const mostShown = 5;

/** What a list over several organisations lacks, by its header. */
export function missingOrganisations(headers: Headers): Missing[] {
  const given = /^partial-results; ?organizations=([\d, ]+)/i.exec(headers.get('x-github-sso') ?? '')?.[1];
  const ids = listOf(given ?? '');
  return ids.length > 0 ? [{ kind: 'organisations', ids }] : [];
}

/** The parts that a GraphQL answer lacks, by its errors. */
export const missingParts = (errors: readonly GraphqlError[]): Missing[] =>
  errors.map(({ path = [], message }) => ({
    kind: 'part',
    path: path.filter((step) => typeof step === 'string').join('.'),
    message: oneLine(message, 200),
  }));

/** In sentences, the same of several answers once. */
export function missingInWords(missing: readonly Missing[]): string[] {
  const ids = [...new Set(missing.flatMap((one) => (one.kind === 'organisations' ? one.ids : [])))];
  const parts = new Map<string, string>();
  for (const one of missing) if (one.kind === 'part') parts.set(one.path, one.message);
  const withheld = missing.reduce((sum, one) => sum + (one.kind === 'withheld' ? one.count : 0), 0);
  const shown = [...parts].slice(0, mostShown);
  return [
    ...(ids.length > 0 ? [organisationsInWords(ids)] : []),
    ...(withheld > 0
      ? [
          `${withheld} ${withheld === 1 ? 'result is' : 'results are'} outside the repositories that this server may touch.`,
        ]
      : []),
    ...shown.map(([path, message]) => `GitHub left out ${oneLine(path, 150)}: "${message}".`),
    ...(parts.size > shown.length ? [`It left out ${parts.size - shown.length} other parts.`] : []),
  ];
}

const organisationsInWords = (ids: readonly string[]): string =>
  `Results of ${ids.length === 1 ? 'an organisation' : `${ids.length} organisations`} with single sign-on are missing (id ${ids.slice(0, mostShown).join(', ')}${ids.length > mostShown ? ', …' : ''}), until a person authorises the token there, in the settings of GitHub where tokens are listed.`;

/** The port, and in words what its answers lack from now on. A call with an `onMissing` of its own is not among them. */
export function watchMissing(github: GitHub): { github: GitHub; missing: () => string[] } {
  const seen: Missing[] = [];
  const onMissing = (missing: Missing) => void seen.push(missing);
  return {
    github: {
      ...github,
      rest: (route, parameters, call) => github.rest(route, parameters, { onMissing, ...call }),
      graphql: (query, variables, call) => github.graphql(query, variables, { onMissing, ...call }),
    },
    missing: () => missingInWords(seen),
  };
}
