import type { Event } from '../events/repository.ts';
import type { Goal, Progress } from '../goals/types.ts';
import type { Note } from '../notes/repository.ts';
import type { Link, LinkedTask, Task, TreeTask } from '../tasks/types.ts';
import { renderDocument, type Section, toFence, toInline, toQuote } from './markdown.ts';

/** What a document shows beside the item. Lists may hold one entry more than `most`, which says that there are more. */
export interface Surroundings {
  tree: readonly TreeTask[];
  /** Links among the tasks of the tree. */
  links: readonly Link[];
  /** Newest first, as `history`. */
  notes: readonly Note[];
  history: readonly Event[];
}

export const most = { tree: 500, notes: 10, history: 10 } as const;

/** A goal as a Markdown document of at most `maxChars` characters. */
export function renderGoal(
  goal: Goal,
  { progress, ...around }: Surroundings & { progress: Progress | undefined },
  maxChars: number,
): string {
  const { goal_id: _, percent = 0, total = 0, ...counts } = progress ?? {};
  const facts = {
    Status: `${goal.status}, ${total > 0 ? `${percent} % of ${tasks(total)} (${named(counts)})` : 'no tasks yet'}`,
    Priority: goal.priority,
    Project: toInline(goal.project),
    ...commonFacts(goal),
  };
  return renderDocument([head(goal, facts), ...sections(goal, around)], maxChars);
}

/** A task as a Markdown document of at most `maxChars` characters. */
export function renderTask(
  task: Task,
  { goal, linked, ...around }: Surroundings & { goal: Goal | undefined; linked: readonly LinkedTask[] },
  maxChars: number,
): string {
  const held = task.lease_holder !== null && task.lease_until !== null;
  const facts = {
    Goal: `${task.goal_id} ${goal ? toInline(goal.title) : ''}`.trim(),
    'Sub-task of': task.parent_task_id,
    Status: `${task.status}${task.percent > 0 && task.status !== 'completed' ? `, ${task.percent} %` : ''}`,
    'Blocked by': task.blocked_by > 0 ? tasks(task.blocked_by, 'open ') : null,
    'Held by': held ? `${toInline(task.lease_holder ?? '')} until ${iso(task.lease_until)}` : null,
    Priority: task.priority,
    Assignee: task.assignee && toInline(task.assignee),
    Estimate: task.estimate_minutes && `${task.estimate_minutes} minutes`,
    'Not before': iso(task.defer_until),
    Reference: task.external_ref && toInline(task.external_ref),
    ...commonFacts(task),
  };
  const done = {
    ...{ heading: 'Done when', rest: rest('fields ["acceptance"]'), gap: '\n' as const },
    blocks: task.acceptance.map((point) => `- ${toInline(point)}`),
  };
  const links = {
    heading: 'Links',
    rest: rest('include ["links"]'),
    blocks: linked.map(renderLink),
    gap: '\n' as const,
  };
  return renderDocument([head(task, facts), done, links, ...result(task), ...sections(task, around)], maxChars);
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const rest = (how: string): string => `get_items with ${how} has all`;

const tasks = (count: number, kind = ''): string => `${count} ${kind}task${count === 1 ? '' : 's'}`;

/** `2 completed, 1 pending` */
const named = (counts: object): string =>
  Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

function commonFacts(item: Goal | Task) {
  return {
    Due: iso(item.due_at),
    Tags: item.tags.map(toInline).join(', ') || null,
    Completed: iso(item.completed_at),
    Deleted: item.deleted_at && `${iso(item.deleted_at)}, in no list`,
    Created: `${iso(item.created_at)} by ${toInline(item.created_by)}`,
    Changed: `${iso(item.updated_at)}, version ${item.version}`,
  };
}

function head(item: Goal | Task, facts: Record<string, unknown>): Section {
  const lines = Object.entries(facts)
    .filter(([, value]) => value !== null && value !== 0)
    .map(([name, value]) => `- ${name}: ${value}`);
  return {
    blocks: [
      `# ${item.id} ${toInline(item.title)}`,
      lines.join('\n'),
      ...(item.description ? [toQuote(item.description)] : []),
    ],
    rest: rest('fields ["description"]'),
  };
}

const result = ({ result: value }: Task): Section[] =>
  value === null
    ? []
    : [
        {
          heading: 'Result',
          rest: rest('fields ["result"]'),
          blocks: [toFence(JSON.stringify(value, null, 2), 'json')],
        },
      ];

function sections(item: Goal | Task, { tree, links, notes, history }: Surroundings): Section[] {
  const isGoal = !('goal_id' in item);
  const metadata =
    Object.keys(item.metadata).length > 0 ? [toFence(JSON.stringify(item.metadata, null, 2), 'json')] : [];
  return [
    {
      ...{
        heading: isGoal ? 'Tasks' : 'Sub-tasks',
        gap: '\n',
        rest: `find_items with ${isGoal ? 'goal_id' : 'parent_task_id'} lists all`,
      },
      blocks: treeLines(tree.slice(0, most.tree), { root: item.id, links }),
      more: tree.length > most.tree ? `There are more than ${most.tree}: find_items lists all.` : undefined,
    },
    {
      ...{ heading: 'Notes, newest first', rest: rest('include ["notes"]') },
      blocks: notes.slice(0, most.notes).map(renderNote),
      more: notes.length > most.notes ? 'Older ones: get_items with include ["notes"].' : undefined,
    },
    { heading: 'Metadata', rest: rest('fields ["metadata"]'), blocks: metadata },
    {
      ...{ heading: 'History, newest first', gap: '\n', rest: 'get_history has all' },
      blocks: history.slice(0, most.history).map(renderEvent),
      more: history.length > most.history ? 'Older changes: get_history.' : undefined,
    },
  ];
}

/** A task list nested by two spaces, in the order of the rows; what stands under none of them is at the top. */
export function treeLines(
  rows: readonly TreeTask[],
  { root, links }: { root: string; links: readonly Link[] },
): string[] {
  const known = new Set(rows.map(({ id }) => id).filter((id) => id !== root));
  const children = Map.groupBy(
    rows.filter(({ id }) => id !== root),
    ({ parent_task_id: parent }) => (parent !== null && known.has(parent) ? parent : root),
  );
  const open = new Set(rows.filter(({ status }) => !isClosed(status)).map(({ id }) => id));
  const blocks = links.filter((link) => link.type === 'blocks' && open.has(link.from_task_id));
  const blockers = Map.groupBy(blocks, (link) => link.to_task_id);
  const lines: string[] = [];
  const stack = (children.get(root) ?? []).map((task) => ({ task, depth: 0 })).reverse();
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { task, depth } = entry;
    const waitsFor = isClosed(task.status) ? [] : (blockers.get(task.id) ?? []).map((link) => link.from_task_id);
    lines.push(`${'  '.repeat(depth)}${renderTreeTask(task, waitsFor)}`);
    stack.push(...(children.get(task.id) ?? []).map((child) => ({ task: child, depth: depth + 1 })).reverse());
  }
  return lines;
}

const isClosed = (status: string): boolean => status === 'completed' || status === 'cancelled';

function renderTreeTask(task: TreeTask, waitsFor: readonly string[]): string {
  const facts = [
    ...(task.status === 'in_progress' || task.status === 'cancelled' ? [task.status] : []),
    ...(task.percent > 0 && !isClosed(task.status) ? [`${task.percent} %`] : []),
    ...(task.priority === 'medium' ? [] : [task.priority]),
    ...(waitsFor.length > 0 ? [`waits for ${waitsFor.join(', ')}`] : task.blocked_by > 0 ? ['blocked'] : []),
    ...(task.lease_holder === null ? [] : [`held by ${toInline(task.lease_holder)}`]),
  ];
  const mark = isClosed(task.status) ? 'x' : ' ';
  return `- [${mark}] ${task.id} ${toInline(task.title)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}

const phrases: Record<LinkedTask['type'], { in: string; out: string }> = {
  blocks: { in: 'waits for', out: 'blocks' },
  related: { in: 'related to', out: 'related to' },
  discovered_from: { in: 'led to the discovery of', out: 'discovered from' },
  duplicates: { in: 'has the duplicate', out: 'duplicates' },
};

const renderLink = ({ type, direction, other_id, other_title, other_status }: LinkedTask): string =>
  `- ${phrases[type][direction]} ${other_id} ${toInline(other_title)} (${other_status})`;

const renderNote = ({ kind, author, created_at, body }: Note): string =>
  `${iso(created_at)} **${kind}** by ${toInline(author)}:\n\n${toQuote(body)}`;

function renderEvent({ at, type, actor, before, after }: Event): string {
  const fields = type.endsWith('_created')
    ? []
    : [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changes = fields
    .filter((field) => !silent.has(field))
    .map((field) =>
      before && field in before
        ? `${field} ${shorten(before[field])} → ${shorten(after?.[field])}`
        : `${field} ${shorten(after?.[field])}`,
    );
  return `- ${iso(at)} ${type} by ${toInline(actor)}${changes.length > 0 ? `: ${changes.join('; ')}` : ''}`;
}

/** Tokens of claims are their holder's secret, and the rest says nothing. */
const silent: ReadonlySet<string> = new Set(['version', 'lease_token', 'lease_instance', 'updated_at']);

/** Enough to know it again; get_history has the whole. */
function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return toInline(text.length > 80 ? `${text.slice(0, 79).replace(/[\ud800-\udbff]$/, '')}…` : text);
}
