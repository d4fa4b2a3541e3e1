import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';

export const kinds = [
  ...(['repositories', 'code', 'issues', 'pulls', 'commits', 'users', 'orgs', 'discussions'] as const),
] as const;
export type SearchKind = (typeof kinds)[number];

const Text = z.string().trim().min(1).max(250);

/** GitHub's qualifiers as fields, the usual ones; the others can be written into the words. */
const shape = {
  repo: Text,
  org: Text.describe('or user'),
  language: Text,
  path: Text,
  filename: Text,
  author: Text,
  assignee: Text,
  involves: Text,
  review_requested: Text,
  label: z.array(Text).max(20),
  milestone: Text,
  category: Text,
  state: z.enum(['open', 'closed', 'merged']),
  is: z.array(Text).max(10).describe('draft, answered…'),
  no: z.array(Text).max(10),
  in: z.array(Text).max(4).describe('title, readme…'),
  topic: z.array(Text).max(10),
  stars: Text.describe('>=10'),
  comments: Text,
  created: Text.describe('2025-01-01..2025-02-01'),
  updated: Text,
  closed: Text,
  merged: Text,
  pushed: Text,
  committed: Text,
};

/** All may be left out. */
export const Filters = z.strictObject(shape).partial();
export type Filters = z.infer<typeof Filters>;

type Name = keyof Filters;

const anywhere: readonly Name[] = ['repo', 'org', 'in', 'is'];
const threads: readonly Name[] = [
  ...([...anywhere, 'author', 'assignee', 'involves', 'label', 'milestone', 'state', 'no'] as const),
  ...(['language', 'comments', 'created', 'updated', 'closed'] as const),
];

/** Which of them GitHub knows for each kind; with others it would search for the words. */
const known: Readonly<Record<SearchKind, readonly Name[]>> = {
  repositories: [...anywhere, 'language', 'topic', 'stars', 'created', 'pushed'],
  // Of the search that the API still has; that of the website knows more.
  code: ['repo', 'org', 'in', 'language', 'path', 'filename'],
  issues: threads,
  pulls: [...threads, 'review_requested', 'merged'],
  commits: [...anywhere, 'author', 'committed'],
  users: ['in', 'is', 'language', 'created'],
  orgs: ['in', 'is', 'language', 'created'],
  discussions: [
    ...([...anywhere, 'author', 'involves', 'label', 'category', 'state', 'no'] as const),
    ...(['comments', 'created', 'updated'] as const),
  ],
};

const always: Readonly<Partial<Record<SearchKind, string>>> = {
  issues: 'is:issue',
  pulls: 'is:pr',
  users: 'type:user',
  orgs: 'type:org',
};

/** Spelled otherwise than their field. */
const spelled: Readonly<Partial<Record<Name, string>>> = {
  review_requested: 'review-requested',
  committed: 'committer-date',
};

/** GitHub refuses a longer one. */
const longest = 256;

/**
 * A search as GitHub reads it: the words, then every filter as a qualifier, quoted where its value needs it. Throws ValidationError for
 * a filter that this kind does not have, an open quote, and a search that is empty or too long.
 */
export function toSearch(
  kind: SearchKind,
  { query = '', filters = {} }: { query?: string | undefined; filters?: Filters | undefined },
) {
  const unknown = Object.keys(filters).filter((name) => !known[kind].includes(name as Name));
  if (unknown.length > 0) {
    throw new ValidationError(`filters: ${unknown.join(', ')} means nothing for ${kind}.`, {
      hint: `For ${kind} there are ${known[kind].join(', ')}.`,
    });
  }
  const words = query.trim();
  if ((words.replaceAll('\\"', '').split('"').length - 1) % 2 === 1) {
    throw new ValidationError('query: a quotation mark is not closed.', { hint: 'Put phrases between two ".' });
  }
  const qualifiers = Object.entries(filters).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => toQualifier(name as Name, each, kind)),
  );
  const search = [together(words, kind), ...qualifiers, always[kind]].filter(Boolean).join(' ');
  if (words === '' && qualifiers.length === 0) throw new ValidationError('query: give words or filters.');
  if (kind === 'code' && words === '') {
    throw new ValidationError('query: a search of code needs at least one word.', {
      hint: 'github_tree finds files by name.',
    });
  }
  if (search.length > longest) {
    throw new ValidationError(`query: with its filters it has ${search.length} characters, GitHub takes ${longest}.`, {
      hint: 'Make it shorter, or search twice.',
    });
  }
  return search;
}

/** Alternatives in the words of a search for issues, which would else reach over the filters behind them. */
const together = (words: string, kind: SearchKind): string =>
  (kind === 'issues' || kind === 'pulls') && /(^|\s)OR(\s|$)/.test(words) ? `(${words})` : words;

function toQualifier(name: Name, value: string, kind: SearchKind): string {
  if (name === 'state') return toState(value, kind);
  return `${spelled[name] ?? name}:${quoted(value)}`;
}

function toState(value: string, kind: SearchKind): string {
  if (kind !== 'pulls' && /merged/.test(value)) {
    throw new ValidationError(`filters.state: "${value}" is a state of pull requests alone.`);
  }
  return `is:${value}`;
}

/** A blank would end the value, and a colon or a bracket begin something else. */
const quoted = (value: string): string =>
  /^[\w.@/*<>=+-]+$/.test(value) ? value : `"${value.replaceAll(/[\\"]/g, '\\$&').replaceAll(/\s+/g, ' ')}"`;
