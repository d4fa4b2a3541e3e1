import type { TextEdit } from '@mcp-servers/core/outside';
import { differs, textDiffers, unique, without } from '../differences.ts';
import { isFailed, type Taken } from '../steps.ts';
import type { StoredDiscussion } from './discussion.query.ts';
import { labelsOf } from './stored.ts';

export const closeReasons = ['resolved', 'outdated', 'duplicate'] as const;

export interface DiscussionChange {
  readonly title?: string | undefined;
  /** Name or slug. */
  readonly category?: string | undefined;
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  /** Why it is closed; resolved unless given. */
  readonly state_reason?: (typeof closeReasons)[number] | undefined;
  readonly locked?: boolean | undefined;
  /** Id of the comment that answers; null for none. */
  readonly answer?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly add_labels?: readonly string[] | undefined;
  readonly remove_labels?: readonly string[] | undefined;
  readonly upvote?: boolean | undefined;
  readonly expected_updated_at?: string | undefined;
}

export interface DiscussionWritten {
  readonly number?: number;
  readonly url?: string;
  readonly state?: string;
  readonly updated_at?: string;
  readonly verified?: boolean;
  readonly not_applied?: string[];
  readonly failed?: Taken['failed'];
}

/** The names that a discussion with these labels is to have; undefined when nothing is said of labels. */
export function labelsMeant(have: readonly string[], change: DiscussionChange): string[] | undefined {
  const { labels, add_labels, remove_labels = [] } = change;
  if (!labels && !add_labels && remove_labels.length === 0) return undefined;
  return without(unique([...(labels ?? have), ...(add_labels ?? [])]), remove_labels);
}

/** What must be so after a change; the id of a category instead of its name. */
export interface Meant extends Omit<DiscussionChange, 'category' | 'labels' | 'edits'> {
  readonly category?: string | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** What was asked for and is not so now, but for steps that failed, which are told as such. */
export function notApplied(now: StoredDiscussion, meant: Meant, taken: Taken): string[] {
  const unless = (steps: readonly string[], differences: string[]) => (isFailed(taken, ...steps) ? [] : differences);
  const there = labelsOf(now).map(({ name }) => name);
  const { labels } = meant;
  return [
    ...unless(['change'], differs('title', now.title, meant.title)),
    ...unless(['change'], textDiffers('body', now.body, meant.body)),
    ...unless(['change'], differs('category', now.category.id, meant.category)),
    ...unless(['close', 'reopen'], differs('state', now.closed ? 'closed' : 'open', meant.state)),
    ...unless(['close'], differs('state_reason', now.stateReason?.toLowerCase() ?? null, meant.state_reason)),
    ...unless(['lock', 'unlock'], differs('locked', now.locked, meant.locked)),
    ...unless(['answer'], differs('answer', now.answer?.id ?? null, meant.answer)),
    ...unless(['upvote'], differs('upvote', now.viewerHasUpvoted, meant.upvote)),
    ...unless(
      ['labels'],
      without(labels, there).map((name) => `label not set: ${name}`),
    ),
    ...unless(['labels'], labels ? without(there, labels).map((name) => `label still there: ${name}`) : []),
  ];
}
