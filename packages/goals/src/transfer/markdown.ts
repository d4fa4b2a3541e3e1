import type { Goal } from '../goals/types.ts';
import type { Note } from '../notes/repository.ts';
import type { Link, Task } from '../tasks/types.ts';

export type MarkdownGoal = Pick<
  Goal,
  'id' | 'title' | 'description' | 'status' | 'project' | 'priority' | 'due_at' | 'tags' | 'deleted_at'
>;
export type MarkdownTask = Pick<
  Task,
  | 'id'
  | 'title'
  | 'description'
  | 'status'
  | 'priority'
  | 'due_at'
  | 'estimate_minutes'
  | 'percent'
  | 'acceptance'
  | 'assignee'
  | 'tags'
  | 'parent_task_id'
  | 'deleted_at'
>;
export type MarkdownNote = Pick<Note, 'item_id' | 'author' | 'kind' | 'body' | 'created_at'>;

/** What stands under a goal, or under a task. */
export interface MarkdownParts {
  /** In the order to show them; a task whose parent is not among them stands at the top. */
  tasks: readonly MarkdownTask[];
  links?: readonly Link[] | undefined;
  /** Oldest first. */
  notes?: readonly MarkdownNote[] | undefined;
}

const marks: Record<Task['status'], string> = { pending: ' ', in_progress: '~', completed: 'x', cancelled: '-' };

/**
 * A goal as Markdown: heading, facts, description, notes, then its tasks as a task list (`- [ ]`, `- [x]`, as everywhere here also
 * `[~]` in progress and `[-]` cancelled) nested by two spaces. The Markdown import reads it back.
 */
export function renderGoal(goal: MarkdownGoal, { tasks, links = [], notes = [] }: MarkdownParts): string {
  return `${renderGoalHead(goal, notes)}${renderTasks({ tasks, links, notes })}`;
}

/** The part of a goal that stands before its tasks. */
export function renderGoalHead(goal: MarkdownGoal, notes: readonly MarkdownNote[] = []): string {
  const facts = [
    goal.status,
    ...(goal.project === 'default' ? [] : [`project ${oneLine(goal.project)}`]),
    ...(goal.deleted_at ? ['deleted'] : []),
  ];
  const own = notes.filter((note) => note.item_id === goal.id);
  return [
    `# ${goal.id} ${oneLine(goal.title)}${signs(goal)}`,
    `_${facts.join(', ')}_`,
    ...(goal.description?.trim() ? [inert(goal.description.trim())] : []),
    ...own.map(renderNote),
    '',
  ].join('\n\n');
}

/** Tasks as a nested task list, a line end after each line; nothing for none. */
export function renderTasks({ tasks, links = [], notes = [] }: MarkdownParts): string {
  const known = new Set(tasks.map(({ id }) => id));
  const children = Map.groupBy(tasks, ({ parent_task_id: parent }) =>
    parent !== null && known.has(parent) ? parent : '',
  );
  const linksTo = Map.groupBy(links, (link) => link.to_task_id);
  const notesOf = Map.groupBy(notes, (note) => note.item_id);
  const lines: string[] = [];
  const rest = (children.get('') ?? []).map((task) => ({ task, depth: 0 })).reverse();
  for (let entry = rest.pop(); entry !== undefined; entry = rest.pop()) {
    const { task, depth } = entry;
    lines.push(renderTask(task, { depth, links: linksTo.get(task.id), notes: notesOf.get(task.id) }));
    rest.push(...(children.get(task.id) ?? []).map((child) => ({ task: child, depth: depth + 1 })).reverse());
  }
  return lines.join('');
}

export interface TaskPlace {
  /** Levels of tasks above it. */
  depth?: number;
  /** Those that point at it. */
  links?: readonly Link[] | undefined;
  notes?: readonly MarkdownNote[] | undefined;
}

/** One task without what is below it. */
export function renderTask(task: MarkdownTask, { depth = 0, links = [], notes = [] }: TaskPlace = {}): string {
  const from = (type: Link['type']) =>
    links.filter((link) => link.type === type && link.to_task_id === task.id).map((link) => link.from_task_id);
  const facts = [
    ...(task.percent > 0 && task.percent < 100 ? [`${task.percent} %`] : []),
    ...(task.estimate_minutes ? [`${task.estimate_minutes} min`] : []),
    ...(['related', 'discovered_from', 'duplicates'] as const).flatMap((type) =>
      from(type).length > 0 ? [`${type} ${from(type).join(' ')}`] : [],
    ),
    ...(task.deleted_at ? ['deleted'] : []),
  ];
  const below = [
    ...(facts.length > 0 ? [`_${facts.join(', ')}_`] : []),
    ...(task.description?.trim() ? [inert(task.description.trim())] : []),
    ...(task.acceptance.length > 0
      ? [`Done when:\n\n${task.acceptance.map((point) => `- ${oneLine(point).replace(/^\[/, '\\[')}`).join('\n')}`]
      : []),
    ...notes.map(renderNote),
  ].map((part) => `\n${part.replace(/^(?=.)/gm, '  ')}\n`);
  const blockers = from('blocks');
  const waits = blockers.length > 0 ? ` (blocked by: ${blockers.join(', ')})` : '';
  const head = `- [${marks[task.status]}] ${task.id} ${oneLine(task.title)}${waits}${signs(task)}\n`;
  return `${head}${below.join('')}`.replace(/^(?=.)/gm, '  '.repeat(depth));
}

/** What the import reads from the end of a line. */
function signs(item: Pick<MarkdownTask, 'priority' | 'due_at' | 'tags'> & { assignee?: string | null }): string {
  const assignee = item.assignee ? oneLine(item.assignee) : '';
  return [
    ...(item.priority === 'medium' ? [] : [`(priority: ${item.priority})`]),
    ...(item.due_at ? [`(due: ${day(item.due_at)})`] : []),
    ...(assignee === ''
      ? []
      : [/^[\p{L}\p{N}_./-]+$/u.test(assignee) ? `@${assignee}` : `(assignee: ${assignee.replace(/[()[\]]/g, ' ')})`]),
    ...item.tags.map((tag) => `#${tag.replace(/[^\p{L}\p{N}_/-]+/gu, '_')}`),
  ]
    .map((sign) => ` ${sign}`)
    .join('');
}

function renderNote({ kind, author, created_at, body }: MarkdownNote): string {
  return `**${kind}** by ${oneLine(author)}, ${day(created_at)}: ${body.trim()}`.replace(/^/gm, '> ');
}

/** A title may hold line breaks, which would end the line of the list. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const day = (at: Date): string => {
  const iso = at.toISOString();
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
};

/** Lines that would be headings, tasks, rules or comments of their own get a backslash; an open code block is closed. */
function inert(text: string): string {
  let fence: string | undefined;
  const lines = text.split(/\r\n|\r|\n/).map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
      return line;
    }
    fence = mark;
    return line.replace(/^(\s*)(?=#{1,6}(\s|$)|([-*+]|\d+[.)])\s+\[|([-*_=])\4{2,}\s*$|<!--)/, '$1\\');
  });
  return [...lines, ...(fence === undefined ? [] : [fence])].join('\n');
}
