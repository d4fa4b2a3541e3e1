export interface Qualifier {
  readonly key: string;
  readonly value: string;
  readonly negated: boolean;
}

export interface SearchQuery {
  /** Words and "whole phrases", in small letters. */
  readonly terms: readonly { readonly text: string; readonly negated: boolean }[];
  readonly qualifiers: readonly Qualifier[];
  /** AND, OR and NOT in it. */
  readonly operators: number;
}

/** A search query: words, phrases, `key:value`, with - or NOT in front. AND is implied; OR is read as AND. */
export function parseQuery(query: string): SearchQuery {
  const terms: { text: string; negated: boolean }[] = [];
  const qualifiers: Qualifier[] = [];
  let operators = 0;
  let negates = false;
  for (const [, minus, key, phrase, word] of query.matchAll(/(-?)(?:([a-zA-Z-]+):)?(?:"([^"]*)"|(\S+))/g)) {
    if (key === undefined && word && /^(AND|OR|NOT)$/.test(word)) {
      operators += 1;
      negates = word === 'NOT';
      continue;
    }
    const value = phrase ?? word ?? '';
    const negated = minus === '-' || negates;
    negates = false;
    if (key !== undefined) qualifiers.push({ key: key.toLowerCase(), value, negated });
    else terms.push({ text: value.toLowerCase(), negated });
  }
  return { terms, qualifiers, operators };
}

/** Values of a qualifier that are not negated. */
export const valuesOf = (query: SearchQuery, key: string): string[] =>
  query.qualifiers.filter((entry) => entry.key === key && !entry.negated).map(({ value }) => value);

/** Whether every term (and no negated one) is in the text. */
export function matchesTerms({ terms }: SearchQuery, text: string): boolean {
  const hay = text.toLowerCase();
  return terms.every(({ text: term, negated }) => hay.includes(term) !== negated);
}

export const checks = (query: SearchQuery, tests: Readonly<Record<string, (value: string) => boolean>>): boolean =>
  query.qualifiers.every(({ key, value, negated }) => (tests[key]?.(value) ?? true) !== negated);

/** Names do not differ by case. */
export const isEqual = (a: string | null | undefined, b: string): boolean =>
  (a ?? '').toLowerCase() === b.toLowerCase();
