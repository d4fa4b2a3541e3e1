import { z } from 'zod';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given, telling } from '../given.ts';
import { firstPlace, hasNext, Place, resume, scan, toCursor } from '../listing/index.ts';

const NotificationsQuery = z.strictObject({
  repo: z.string().max(250).optional(),
  all: z.boolean().default(false),
  participating: z.boolean().default(false),
  since: z.string().max(40).optional(),
});
type NotificationsQuery = z.infer<typeof NotificationsQuery>;

export type NotificationsAsked = { readonly [K in keyof NotificationsQuery]?: NotificationsQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

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
  { limit, cursor, ...asked }: NotificationsAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<NotificationsAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'notifications', query: NotificationsQuery, place: Place });
  const { all, participating, since } = query;
  const filters = given({ all, participating, since });
  const name = query.repo === undefined ? undefined : github.repo(query.repo);
  const found = await scan({
    ...{ from: place ?? firstPlace(Math.min(limit, 50)), limit, maxChars: contentBudget(maxChars), toRow },
    async fetch(page, size) {
      const sent = { ...filters, page, per_page: size };
      const { data, headers, withheld } = name
        ? await github.rest('GET /repos/{owner}/{repo}/notifications', { ...sent, ...name }, call)
        : await github.rest('GET /notifications', sent, call);
      return { items: data, more: hasNext(headers), withheld };
    },
  });
  return {
    rows: found.rows,
    ...(found.next && { next_cursor: toCursor('notifications', query, found.next) }),
    ...(found.cut === 'budget' && { truncated: true }),
    notes: [
      ...(found.rows.length === 0 && !found.next ? ['Nothing is waiting.'] : []),
      ...(found.withheld > 0 ? [`${found.withheld} are of repositories that this server may not touch.`] : []),
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
