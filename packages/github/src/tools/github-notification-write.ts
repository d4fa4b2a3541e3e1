import { defineTool, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall } from '../client/index.ts';
import { eachItem } from '../write/items.ts';
import {
  changeThread,
  changeWatch,
  markAllRead,
  type NotificationsWritten,
  threadActions,
} from '../write/notifications/index.ts';
import { type Mode, runOrPlan } from '../write/run-or-plan.ts';
import type { GitHubDeps } from './deps.ts';
import { DryRun, Repo } from './schemas.ts';
import { argument, refuseUnused } from './write-arguments.ts';
import { Items, Outcome } from './write-schemas.ts';
import { writeText } from './write-text.ts';

const input = z.strictObject({
  action: z.enum(['read_all', ...threadActions, 'watch', 'unwatch']),
  thread_ids: z
    .array(z.string().regex(/^\d{1,15}$/))
    .min(1)
    .max(50)
    .optional(),
  repo: Repo.optional(),
  last_read_at: z.iso.datetime().optional().describe('Newer ones stay unread'),
  dry_run: DryRun,
});
type Asked = Omit<z.infer<typeof input>, 'dry_run'>;

export const githubNotificationWrite = defineTool({
  name: 'github_notification_write',
  title: 'Answer notifications',
  description:
    'Threads (thread_ids): mark as read or done, subscribe, unsubscribe (until you are mentioned), ignore. read_all: all, or of repo. Repositories (repo): watch, unwatch, ignore.',
  effect: 'write',
  idempotent: true,
  openWorld: true,
  toolsets: ['notifications'],
  input,
  output: z.object({
    items: Items.optional(),
    marking: z.string().optional(),
    unread_left: z.number().optional(),
    repo: z.string().optional(),
    watching: z.string().optional(),
    ...Outcome,
  }),

  async run({ dry_run, ...asked }, { github }: GitHubDeps, { signal, annotate }) {
    check(asked);
    const { action, repo, thread_ids } = asked;
    annotate({ action, repo, threads: thread_ids?.length, dry_run });
    return runOrPlan(github, dry_run, (port, mode) => act(port, asked, { ...mode, call: { signal } }));
  },

  text: writeText,
});

type How = Mode & { call: GitHubCall };

async function act(github: GitHub, asked: Asked, how: How): Promise<NotificationsWritten> {
  const { action, repo, thread_ids, last_read_at } = asked;
  const name = repo === undefined ? undefined : github.repo(repo);
  if (action === 'read_all') return markAllRead(github, { name, last_read_at }, how);
  if (action === 'watch' || action === 'unwatch' || (action === 'ignore' && name)) {
    return changeWatch(github, { ...argument(name, 'repo'), watching: levels[action] }, how);
  }
  const items = await eachItem([...new Set(argument(thread_ids, 'thread_ids'))], {
    ...how,
    github,
    name: (thread_id) => thread_id,
    work: (thread_id, port) => changeThread(port, { thread_id, action }, how),
  });
  return { items, ...(action in notes && !how.planning && { note: notes[action] }) };
}

const levels = { watch: 'all activity', unwatch: 'participating and mentions', ignore: 'ignored' } as const;

const notes: { readonly [action in Asked['action']]?: string } = {
  done: 'GitHub took them as done. Its API shows no difference between done and read, so this is not read back.',
  unsubscribe:
    'They come again when you comment or are mentioned, and while you watch the repository; ignore keeps all away.',
};

const takes: Readonly<Record<Asked['action'], readonly (keyof Omit<Asked, 'action'>)[]>> = {
  read_all: ['repo', 'last_read_at'],
  ...{ read: ['thread_ids'], done: ['thread_ids'], subscribe: ['thread_ids'], unsubscribe: ['thread_ids'] },
  ignore: ['thread_ids', 'repo'],
  ...{ watch: ['repo'], unwatch: ['repo'] },
};

function check({ action, ...asked }: Asked): void {
  refuseUnused(action, asked, takes[action]);
  if (action === 'ignore' && (asked.repo === undefined) === (asked.thread_ids === undefined)) {
    throw new ValidationError('ignore takes thread_ids or repo.', { hint: 'Give one of them.' });
  }
}
