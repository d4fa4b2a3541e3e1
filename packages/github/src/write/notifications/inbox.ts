import type { GitHub, RepositoryName } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import type { Item } from '../items.ts';
import type { How } from '../run-or-plan.ts';
import { repeatable } from '../writes.ts';

export interface NotificationsWritten {
  /** What became of each thread. */
  readonly items?: Item[];
  /** Whether GitHub has marked all (finished), or does it after its answer (accepted). */
  readonly marking?: 'finished' | 'accepted' | 'unchanged';
  /** So many unread ones are left, 50 at most are counted. */
  readonly unread_left?: number;
  readonly repo?: string;
  readonly watching?: Watching;
  readonly verified?: boolean;
  readonly note?: string;
}

export type Watching = 'all activity' | 'ignored' | 'participating and mentions';

const mostCounted = 50;

/** Everything up to an instant, in one repository or in all. Doing it twice changes nothing more. */
export async function markAllRead(
  github: GitHub,
  { name, last_read_at }: { name: RepositoryName | undefined; last_read_at: string | undefined },
  { call, planning }: How,
): Promise<NotificationsWritten> {
  const sending = repeatable(call);
  const asked = given({ last_read_at });
  const { status } = name
    ? await github.rest('PUT /repos/{owner}/{repo}/notifications', { ...name, ...asked }, sending)
    : await github.rest('PUT /notifications', asked, sending);
  const repo = name && { repo: `${name.owner}/${name.repo}` };
  if (planning) return { ...repo };
  // What changed at that very second is not before it.
  const before = last_read_at === undefined ? undefined : new Date(Date.parse(last_read_at) + 1000).toISOString();
  const filters = { ...given({ before }), per_page: mostCounted };
  const { data } = name
    ? await github.rest('GET /repos/{owner}/{repo}/notifications', { ...name, ...filters }, call)
    : await github.rest('GET /notifications', filters, call);
  const left = data.filter(({ unread }) => unread).length;
  const note = noteOf(status, left);
  return {
    ...repo,
    ...{ marking: markings[status] ?? 'finished', unread_left: left, verified: left === 0 },
    ...(note !== undefined && { note }),
  };
}

const markings: Readonly<Record<number, NonNullable<NotificationsWritten['marking']>>> = {
  202: 'accepted',
  205: 'finished',
  304: 'unchanged',
};

function noteOf(status: number, left: number): string | undefined {
  if (left === 0) return undefined;
  const count = left === mostCounted ? `${left} or more` : left;
  if (status === 202)
    return `GitHub marks them in the background; ${count} are unread yet. Read them again in a minute.`;
  return `${count} are unread: they came meanwhile, or GitHub has not marked them yet.`;
}

/** What a repository sends to the inbox. Doing it twice changes nothing more. */
export async function changeWatch(
  github: GitHub,
  { owner, repo, watching }: RepositoryName & { watching: Watching },
  { call, planning }: How,
): Promise<NotificationsWritten> {
  const at = { owner, repo };
  const path = '/repos/{owner}/{repo}/subscription' as const;
  const sending = repeatable(call);
  if (watching === 'all activity') await github.rest(`PUT ${path}`, { ...at, subscribed: true }, sending);
  else if (watching === 'ignored') await github.rest(`PUT ${path}`, { ...at, ignored: true }, sending);
  else await github.rest(`DELETE ${path}`, at, sending);
  const about = { repo: `${owner}/${repo}` };
  if (planning) return about;
  const { status, data } = await github.rest(`GET ${path}`, at, { ...call, expect: [404] });
  const now = status === 404 ? 'participating and mentions' : data.ignored ? 'ignored' : 'all activity';
  return { ...about, watching: now, verified: now === watching };
}
