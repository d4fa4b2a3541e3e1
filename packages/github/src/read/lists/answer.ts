import type { RepositoryName } from '../../client/index.ts';
import { bodyWithin, jsonLength } from '../budget.ts';
import { telling } from '../given.ts';
import { type ListPage, pick } from '../listing/index.ts';

type Row = Record<string, unknown>;

export interface ListAnswer {
  repo: string;
  rows: Row[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

/** What a list answers, and why it ended where it did. */
export function toAnswer(
  { owner, repo }: RepositoryName,
  { items, next_cursor, truncated }: ListPage<Row>,
  { kind, limit }: { kind: string; limit: number },
): ListAnswer {
  const goesOn = next_cursor !== undefined;
  return {
    ...{ repo: `${owner}/${repo}`, rows: items },
    ...(goesOn && { next_cursor }),
    ...(truncated && { truncated }),
    notes: [
      ...(goesOn && !truncated && items.length < limit
        ? ['Many entries were looked at and left out; the cursor goes on with the next.']
        : []),
      ...(items.length === 0 && !goesOn ? [`No ${kind} match.`] : []),
    ],
  };
}

/** A row with what tells something, or with the fields that were asked for; of a body that does not fit its start. */
export function toFields(
  row: Readonly<Row>,
  wide: Readonly<Row> & { readonly body?: string | null | undefined },
  { fields, maxChars }: { fields: readonly string[] | undefined; maxChars: number },
): Row {
  if (fields === undefined) return telling(row);
  const picked = pick({ ...row, ...wide }, fields);
  if (!wide.body || !fields.includes('body')) return picked;
  return { ...picked, ...bodyWithin(wide.body, maxChars - jsonLength({ ...picked, body: '' }) - 150) };
}
