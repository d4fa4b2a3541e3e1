import { ValidationError } from '@mcp-servers/core';

export type Matches = (path: string) => boolean;

type Token = { readonly kind: 'star' } | { readonly kind: 'one'; readonly test: (character: string) => boolean };

const mostAlternatives = 64;

/**
 * Paths by patterns: `*` within a name, `**` over folders, `?`, `[a-z]`, `{a,b}`. A pattern without a slash is looked for in the name
 * alone, in every folder; one that ends with a slash takes everything below. Throws ValidationError for a pattern that cannot be read.
 */
export function toMatcher(patterns: readonly string[]): Matches {
  const compiled = patterns.flatMap((pattern) => alternatives(pattern).map(compile));
  return (path) => {
    const parts = path.split('/');
    return compiled.some((matches) => matches(parts));
  };
}

/** What is included, less what is excluded; everything where nothing is said. */
export function toFilter({
  include = [],
  exclude = [],
}: {
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
}): Matches {
  const wanted = toMatcher(include);
  const unwanted = toMatcher(exclude);
  return (path) => (include.length === 0 || wanted(path)) && !unwanted(path);
}

function compile(pattern: string): (parts: readonly string[]) => boolean {
  const below = pattern.endsWith('/') ? `${pattern}**` : pattern;
  const anchored = below.replace(/^\.?\//, '');
  const names = anchored.split('/');
  const wanted = names.map((name) => (name === '**' ? undefined : tokensOf(name)));
  const [only] = wanted;
  if (names.length === 1 && only && !pattern.startsWith('/')) return (parts) => matchName(only, parts.at(-1) ?? '');
  return (parts) => matchParts(wanted, parts);
}

/** Segments against segments; `undefined` stands for any number of them. Goes back to the last one only, so it cannot explode. */
function matchParts(wanted: readonly (readonly Token[] | undefined)[], parts: readonly string[]): boolean {
  return greedy(wanted.length, parts.length, {
    isStar: (at) => wanted[at] === undefined,
    test(at, place) {
      const tokens = wanted[at];
      return tokens !== undefined && matchName(tokens, parts[place] ?? '');
    },
  });
}

function matchName(tokens: readonly Token[], name: string): boolean {
  const characters = [...name];
  return greedy(tokens.length, characters.length, {
    isStar: (at) => tokens[at]?.kind === 'star',
    test(at, place) {
      const token = tokens[at];
      return token?.kind === 'one' && token.test(characters[place] ?? '');
    },
  });
}

function greedy(
  pattern: number,
  text: number,
  { isStar, test }: { isStar: (at: number) => boolean; test: (at: number, place: number) => boolean },
): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let starPlace = 0;
  while (place < text) {
    if (at < pattern && isStar(at)) {
      star = at;
      starPlace = place;
      at += 1;
    } else if (at < pattern && test(at, place)) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      starPlace += 1;
      place = starPlace;
      at = star + 1;
    } else return false;
  }
  while (at < pattern && isStar(at)) at += 1;
  return at === pattern;
}

function tokensOf(name: string): Token[] {
  const characters = [...name];
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'one', test: () => true });
    else if (character === '[' && characters.indexOf(']', at + 2) > at) {
      const end = characters.indexOf(']', at + 2);
      tokens.push({ kind: 'one', test: classOf(characters.slice(at + 1, end)) });
      at = end;
    } else tokens.push({ kind: 'one', test: (other) => other === character });
  }
  return tokens;
}

function classOf(members: readonly string[]): (character: string) => boolean {
  const negated = members[0] === '!' || members[0] === '^';
  const inside = negated ? members.slice(1) : members;
  const test = (character: string): boolean =>
    inside.some((member, n) =>
      inside[n + 1] === '-' && inside[n + 2] !== undefined
        ? character >= member && character <= (inside[n + 2] ?? '')
        : member === character,
    );
  return (character) => test(character) !== negated;
}

/** `a.{ts,js}` -> `a.ts`, `a.js`. */
function alternatives(pattern: string): string[] {
  let open = [pattern];
  for (;;) {
    const next = open.flatMap(expandFirst);
    if (next.length > mostAlternatives) {
      throw new ValidationError(
        `The pattern "${pattern.slice(0, 60)}" stands for more than ${mostAlternatives} patterns.`,
      );
    }
    if (next.length === open.length) return next;
    open = next;
  }
}

function expandFirst(pattern: string): string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return [pattern];
  const [before, after] = [pattern.slice(0, match.index), pattern.slice(match.index + match[0].length)];
  return (match[1] ?? '').split(',').map((each) => before + each + after);
}
