import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';

/** Of an argument, and of a cursor that carries it. */
export const Globs = z.array(z.string().min(1).max(200)).max(20);

export type Matches = (path: string) => boolean;

/** Of a name, which has no slash. */
type MatchesName = (name: string) => boolean;

type Token = { readonly kind: 'star' } | { readonly kind: 'one'; readonly test: (character: string) => boolean };

const mostAlternatives = 64;
const mostPatterns = 200;

/**
 * Paths by patterns: `*` within a name, `**` over folders, `?`, `[a-z]`, `{a,b}`. A pattern without a slash is looked for in the name
 * alone, in every folder; one that ends with a slash takes everything below. Throws ValidationError for a pattern that cannot be read.
 */
export function toMatcher(patterns: readonly string[]): Matches {
  const plain = patterns.flatMap(alternatives);
  // A tree has a hundred thousand paths, and each of them is tried on all.
  if (plain.length > mostPatterns) {
    throw new ValidationError(`The patterns stand for ${plain.length} patterns; ${mostPatterns} are tried at most.`);
  }
  const compiled = plain.map(compile);
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
  const wanted = names.map((name) => (name === '**' ? undefined : nameMatcher(name)));
  const [only] = wanted;
  if (names.length === 1 && only && !pattern.startsWith('/')) return (parts) => only(parts.at(-1) ?? '');
  return (parts) => matchParts(wanted, parts);
}

/** Segments against segments; `undefined` stands for any number of them. Goes back to the last one only, so it cannot explode. */
function matchParts(wanted: readonly (MatchesName | undefined)[], parts: readonly string[]): boolean {
  return greedy(wanted.length, parts.length, {
    isStar: (at) => wanted[at] === undefined,
    test: (at, place) => wanted[at]?.(parts[place] ?? '') ?? false,
  });
}

function nameMatcher(pattern: string): MatchesName {
  if (!/[?[]/.test(pattern)) return starMatcher(pattern.split('*'));
  const tokens = tokensOf(pattern);
  return (name) => {
    const characters = [...name];
    return greedy(tokens.length, characters.length, {
      isStar: (at) => tokens[at]?.kind === 'star',
      test(at, place) {
        const token = tokens[at];
        return token?.kind === 'one' && token.test(characters[place] ?? '');
      },
    });
  };
}

/** Of the texts between the stars: the first and the last at the ends, the others between them in their order. */
function starMatcher(texts: readonly string[]): MatchesName {
  const [first = '', last = ''] = [texts[0], texts.at(-1)];
  if (texts.length === 1) return (name) => name === first;
  const between = texts.slice(1, -1);
  return (name) => {
    const end = name.length - last.length;
    let at = first.length;
    if (at > end || !name.startsWith(first) || !name.endsWith(last)) return false;
    for (const text of between) {
      const found = name.indexOf(text, at);
      if (found === -1 || found + text.length > end) return false;
      at = found + text.length;
    }
    return true;
  };
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
