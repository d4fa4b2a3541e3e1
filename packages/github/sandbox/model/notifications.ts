import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import { type Issue, isPull } from './issue.ts';
import { mentionsIn } from './mentions.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';

export type NotificationReason =
  | 'assign'
  | 'author'
  | 'comment'
  | 'ci_activity'
  | 'manual'
  | 'mention'
  | 'review_requested'
  | 'security_alert'
  | 'state_change'
  | 'subscribed';

export interface NotificationThread {
  readonly id: number;
  readonly repository: Repository;
  /** Undefined for what is no issue (a release, a run). */
  readonly issue: Issue | undefined;
  title: string;
  readonly type: 'Issue' | 'PullRequest' | 'Release' | 'CheckSuite' | 'Discussion';
  reason: NotificationReason;
  unread: boolean;
  done: boolean;
  updatedAt: number;
  lastReadAt: number | null;
  ignored: boolean;
  subscribed: boolean;
}

/** A user's inbox, in the order of the first event. */
export const inboxOf = attach<NotificationThread[], Account>('notifications', () => []);

/** What a user wants to hear of a repository, by its id. */
export const watchesOf = attach<Map<number, { subscribed: boolean; ignored: boolean; createdAt: number }>, Account>(
  'watches',
  () => new Map(),
);

/** What marks so many at once is done in the background. */
const mostAtOnce = 100;

interface Marking {
  readonly threads: readonly NotificationThread[];
  readonly until: number;
  readonly asked: number;
}

const markingsOf = attach<Marking[], Account>('markings', () => []);

/** Marks what did not change after `until` as read. False: there are too many, it is done from the next second on. */
export function markRead(
  state: State,
  user: Account,
  { threads, until }: { threads: readonly NotificationThread[]; until: number },
): boolean {
  const unread = threads.filter((thread) => thread.unread && thread.updatedAt <= until);
  const marking = { threads: unread, until, asked: state.now() };
  if (unread.length <= mostAtOnce) mark(marking);
  else markingsOf(user).push(marking);
  return unread.length <= mostAtOnce;
}

function mark({ threads, until }: Marking): void {
  for (const thread of threads) {
    if (thread.updatedAt <= until) Object.assign(thread, { unread: false, lastReadAt: until });
  }
}

/** A user's inbox as it is now, with what the background has done. */
export function inboxNow(state: State, user: Account): NotificationThread[] {
  const waiting = markingsOf(user);
  for (const marking of waiting.splice(0)) {
    if (marking.asked < state.now()) mark(marking);
    else waiting.push(marking);
  }
  return inboxOf(user);
}

/** What reaches those who unsubscribed from a thread. */
const personal: ReadonlySet<NotificationReason> = new Set(['assign', 'mention', 'review_requested', 'security_alert']);

const threadOf = (user: Account, issue: Issue) => inboxOf(user).find((thread) => thread.issue === issue);

/** Tells one user of an issue. */
export function notify(
  state: State,
  user: Account,
  { issue, reason }: { issue: Issue; reason: NotificationReason },
): void {
  const known = threadOf(user, issue);
  if (known?.ignored || watchesOf(user).get(issue.repository.id)?.ignored) return;
  if (known && !known.subscribed && !personal.has(reason)) return;
  const changes = { title: issue.title, reason, unread: true, done: false, updatedAt: state.now() };
  if (known) Object.assign(known, changes);
  else {
    inboxOf(user).push({
      ...{ id: state.nextId(), repository: issue.repository, issue, type: isPull(issue) ? 'PullRequest' : 'Issue' },
      ...{ lastReadAt: null, ignored: false, subscribed: true },
      ...changes,
    });
  }
}

/** Tells everyone concerned of a new text, except who wrote it. */
export function noteActivity(state: State, issue: Issue, { actor, text }: { actor: Account; text: string }): void {
  const told = new Map<Account, NotificationReason>();
  for (const user of state.accounts.values()) {
    const watch = watchesOf(user).get(issue.repository.id);
    if (watch?.subscribed && !watch.ignored) told.set(user, 'subscribed');
  }
  for (const { author } of issue.comments) told.set(author, 'comment');
  told.set(issue.author, 'author');
  for (const user of issue.assignees) told.set(user, 'assign');
  for (const user of mentionsIn(state, text)) if (user.type === 'User') told.set(user, 'mention');
  told.delete(actor);
  const own = threadOf(actor, issue);
  if (own) own.subscribed = true;
  for (const [user, reason] of told) notify(state, user, { issue, reason });
}
