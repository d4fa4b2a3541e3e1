import { countLimit, type ItemSummary } from '../search/repository.ts';
import type { Day } from '../stats/days.ts';
import { renderDocument, toInline, toQuote } from './markdown.ts';
import type { Store } from './store.ts';

const dayMs = 86_400_000;
const limits = { done: 50, open: 15 } as const;

/** A day's work, and what is open as it is now. */
export interface DayFacts {
  done: Day;
  inProgress: OpenList;
  overdue: OpenList;
  blocked: OpenList;
}

interface OpenList {
  items: readonly ItemSummary[];
  total: number;
}

/** `day` like 2026-03-01, in UTC. */
export async function readDay(
  store: Store,
  { day, project }: { day: string; project?: string | undefined },
): Promise<DayFacts> {
  const from = new Date(`${day}T00:00:00Z`);
  const until = new Date(from.getTime() + dayMs);
  const open = (filter: object) =>
    store.search.find({ kind: 'task', project, sort: 'updated', ...filter }, { limit: limits.open });
  const [done, inProgress, overdue, blocked] = await Promise.all([
    store.days.day({ project, from, until, limit: limits.done }),
    open({ status: ['in_progress'] }),
    open({ overdue: true }),
    open({ blocked: true }),
  ]);
  return { done, inProgress, overdue, blocked };
}

/** The facts as Markdown of at most `maxChars` characters. */
export function renderDay({ done, inProgress, overdue, blocked }: DayFacts, maxChars: number): string {
  const { created, completed, completed_tasks, notes } = done;
  const byGoal = Map.groupBy(completed_tasks, (task) => task.goal_id);
  const list = (heading: string, { items, total }: OpenList, filter: string) => ({
    ...{ heading, gap: '\n' as const, rest: `find_items with ${filter} lists all` },
    blocks: items.map(renderOpen),
    more: moreThan(items.length, total, filter),
  });
  return renderDocument(
    [
      { blocks: [`${completed} tasks completed, ${created} created.`], rest: '' },
      {
        ...{ heading: 'Completed', rest: 'find_items with status ["completed"] lists all' },
        blocks: [...byGoal].map(([id, tasks]) =>
          [
            `${id} ${toInline(tasks[0]?.goal_title ?? '')}`,
            ...tasks.map((task) => `- [x] ${task.id} ${toInline(task.title)}`),
          ].join('\n'),
        ),
        more: completed > completed_tasks.length ? `${completed - completed_tasks.length} more` : undefined,
      },
      {
        ...{ heading: 'Decisions, blockers, handoffs', rest: 'get_items with include ["notes"] has them' },
        blocks: notes.map(
          ({ id, title, kind, author, body }) =>
            `**${kind}** by ${toInline(author)} on ${id} ${toInline(title)}:\n\n${toQuote(body)}`,
        ),
        more: notes.length === limits.done ? 'There may be older ones of the day.' : undefined,
      },
      list('In progress now', inProgress, 'status ["in_progress"]'),
      list('Overdue now', overdue, 'overdue'),
      list('Blocked now', blocked, 'blocked'),
    ],
    maxChars,
  );
}

function moreThan(shown: number, total: number, filter: string): string | undefined {
  if (total <= shown) return undefined;
  const more = total > countLimit ? `over ${countLimit - shown}` : total - shown;
  return `${more} more: find_items with ${filter}.`;
}

function renderOpen({ id, title, goal_id, percent, due_at, lease_holder, updated_at }: ItemSummary): string {
  const facts = [
    ...(goal_id === null ? [] : [goal_id]),
    ...(percent ? [`${percent} %`] : []),
    ...(due_at ? [`due ${due_at.toISOString()}`] : []),
    ...(lease_holder === null ? [] : [`held by ${toInline(lease_holder)}`]),
    `changed ${updated_at.toISOString()}`,
  ];
  return `- [ ] ${id} ${toInline(title)} (${facts.join(', ')})`;
}
