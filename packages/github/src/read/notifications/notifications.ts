import * as z from 'zod';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given, telling } from '../given.ts';
import { type Asked, firstPlace, listPages, Place, resume } from '../listing/index.ts';

const NotificationsQuery = z.strictObject({
  repo: z.string().max(250).optional(),
  all: z.boolean().default(false),
  participating: z.boolean().default(false),
  since: z.string().max(40).optional(),
});
type NotificationsQuery = z.infer<typeof NotificationsQuery>;

export interface NotificationsAnswer {
  rows: Record<string, unknown>[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

type Thread = RestData<'GET /notifications'>[number];

/** What waits in the inbox of the credential's user, or what of it is of one repository. */
export async function readNotifications(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<NotificationsQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<NotificationsAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'notifications', query: NotificationsQuery, place: Place });
  const { all, participating, since } = query;
  const filters = given({ all, participating, since });
  const name = query.repo === undefined ? undefined : github.repo(query.repo);
  // GitHub gives no more than 50 at once.
  const from = place ?? firstPlace(Math.min(limit, 50));
  const { items, next_cursor, truncated, withheld } = await listPages(
    github,
    name
      ? { route: 'GET /repos/{owner}/{repo}/notifications', parameters: { ...filters, ...name }, toRow }
      : { route: 'GET /notifications', parameters: filters, toRow },
    { asked: { kind: 'notifications', query, place: from, limit, maxChars: contentBudget(maxChars) }, call },
  );
  return {
    rows: items,
    ...given({ next_cursor, truncated }),
    notes: [
      ...(items.length === 0 && next_cursor === undefined ? ['Nothing is waiting.'] : []),
      ...(withheld ? [`${withheld} are of repositories that this server may not touch.`] : []),
    ],
  };
}

function toRow({ id, repository, subject, reason, unread, updated_at }: Thread): Record<string, unknown> {
  const number = /\/(?:issues|pulls|discussions)\/(\d+)$/.exec(subject.url ?? '')?.[1];
  return telling({
    repo: repository.full_name,
    number: number === undefined ? undefined : Number(number),
    title: subject.title,
    type: subject.type,
    reason,
    unread,
    updated_at,
    thread_id: id,
  });
}
