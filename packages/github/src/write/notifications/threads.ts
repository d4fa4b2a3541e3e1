import type { GitHub, GitHubCall } from '../../client/index.ts';
import type { Item } from '../items.ts';
import type { How } from '../run-or-plan.ts';
import { repeatable } from '../writes.ts';

export const threadActions = ['read', 'done', 'subscribe', 'unsubscribe', 'ignore'] as const;
export type ThreadAction = (typeof threadActions)[number];

type Outcome = Omit<Item, 'name'>;
interface On {
  readonly thread_id: number;
}

const thread = '/notifications/threads/{thread_id}' as const;

/** One thread of the inbox. Doing it twice changes nothing more. */
export function changeThread(
  github: GitHub,
  { thread_id, action }: { thread_id: string; action: ThreadAction },
  how: How,
): Promise<Outcome> {
  const on = { thread_id: Number(thread_id) };
  if (action === 'read') return markRead(github, on, how);
  if (action === 'done') return markDone(github, on, how);
  if (action === 'unsubscribe') return unsubscribe(github, on, how);
  return subscribe(github, { ...on, ignored: action === 'ignore' }, how);
}

/** 205 says that it was marked, 304 that there was nothing to mark. */
async function markRead(github: GitHub, on: On, { call, planning }: How): Promise<Outcome> {
  const { status } = await github.rest(`PATCH ${thread}`, { ...on }, repeatable(call));
  if (planning) return { status: 'read' };
  const { data } = await github.rest(`GET ${thread}`, { ...on }, call);
  return { status: status === 304 ? 'unchanged' : 'read', verified: !data.unread };
}

/** That a thread is done cannot be read back: GitHub's API shows no difference between that and read. */
async function markDone(github: GitHub, on: On, { call }: How): Promise<Outcome> {
  // A thread that is not there is answered like one that is.
  await github.rest(`GET ${thread}`, { ...on }, call);
  await github.rest(`DELETE ${thread}`, { ...on }, repeatable(call));
  return { status: 'done' };
}

async function subscribe(
  github: GitHub,
  { ignored, ...on }: On & { ignored: boolean },
  { call, planning }: How,
): Promise<Outcome> {
  const status = ignored ? 'ignored' : 'subscribed';
  await github.rest(`PUT ${thread}/subscription`, { ...on, ignored }, repeatable(call));
  if (planning) return { status };
  const now = await subscriptionOf(github, on, call);
  return { status, verified: now?.ignored === ignored && (ignored || now.subscribed) };
}

async function unsubscribe(github: GitHub, on: On, { call, planning }: How): Promise<Outcome> {
  await github.rest(`DELETE ${thread}/subscription`, { ...on }, repeatable(call));
  if (planning) return { status: 'unsubscribed' };
  const now = await subscriptionOf(github, on, call);
  return { status: 'unsubscribed', verified: !now?.subscribed };
}

async function subscriptionOf(github: GitHub, on: On, call: GitHubCall) {
  const { status, data } = await github.rest(`GET ${thread}/subscription`, { ...on }, { ...call, expect: [404] });
  return status === 404 ? undefined : data;
}
