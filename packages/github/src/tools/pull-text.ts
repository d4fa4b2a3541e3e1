import { fence, newMark } from '@mcp-servers/core/outside';
import type { PullAnswer } from '../read/pulls/index.ts';
import { label, pairs, shown, writtenText } from './rows-text.ts';

type Row = Readonly<Record<string, unknown>>;

interface Shown {
  readonly repo: string;
  readonly number: number;
  readonly pull?: Row | undefined;
  readonly body?: string | undefined;
  readonly checks?: Row | undefined;
  readonly threads_open?: readonly Row[] | undefined;
  readonly lists: Readonly<Record<string, { items: readonly Row[]; total: number; next_cursor?: string | undefined }>>;
  readonly notes: PullAnswer['notes'];
}

/** A pull request for people and models: facts on lines, what others wrote between marks. */
export function pullText({ repo, number, pull, body, checks, threads_open, lists, notes }: Shown): string {
  const mark = newMark();
  const source = `${repo}#${number}`;
  const { title = '', author, ...facts } = pull ?? {};
  const fenced = (text: string, by?: unknown) =>
    fence(text, { source, ...(typeof by === 'string' && { author: by }) }, mark);
  const named = Array.isArray(checks?.named) ? (checks.named as Row[]) : [];
  const { named: _, ...counts } = checks ?? {};
  return [
    ...(pull
      ? [source, fenced([title, ...factsOf({ author, ...facts })].join('\n')), ...(body ? [fenced(body, author)] : [])]
      : []),
    ...(checks ? [`Checks: ${pairs(counts)}`, ...(named.length > 0 ? [fenced(named.map(pairs).join('\n'))] : [])] : []),
    ...(threads_open ? ['Open threads:', fenced(threads_open.map(pairs).join('\n'))] : []),
    ...Object.entries(lists).flatMap(([name, { items, total, next_cursor }]) => [
      `${name} (${items.length} of ${total}):`,
      ...writtenText(items, source, mark),
      ...(next_cursor ? [`More: github_pull with cursor "${next_cursor}"`] : []),
    ]),
    ...notes.map((note) => label(note)),
  ].join('\n');
}

const factsOf = (facts: Row): string[] =>
  Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${name === 'why' && Array.isArray(value) ? value.join(' ') : shown(value)}`);
