import { ValidationError } from '@mcp-servers/core';
import type { ImportWarning, Reading } from '../bundle.ts';
import { assemble } from './assemble.ts';
import { backlogSections, checksOf } from './backlog-sections.ts';
import { type Draft, type DraftLink, quote, type SourceFile } from './draft.ts';
import { fieldsOf } from './fields-of.ts';
import { parseFrontMatter, splitFrontMatter } from './front-matter.ts';
import { priorityOf, toCriteria, toDescription, toStatus } from './words.ts';

/** The task files of Backlog.md. A milestone becomes a goal; other files of its folder are told and left. */
export function readBacklog(files: readonly SourceFile[]): Reading {
  const warnings: ImportWarning[] = [];
  const milestones = new Map<string, string>();
  const tasks: ReturnType<typeof toTask>[] = [];
  for (const { name, text } of files) {
    const { yaml, body } = splitFrontMatter(text);
    const values = yaml === undefined ? {} : parseFrontMatter(yaml, name);
    const id = String(values.id ?? '');
    if (/^m-\d+$/i.test(id)) milestones.set(id.toLowerCase(), String(values.title ?? id));
    else if (id === '' || /^(?:doc|decision)-/i.test(id))
      warnings.push({ at: name, message: 'not a task file of Backlog.md: it is left out.' });
    else tasks.push(toTask(values, { name, body }, warnings));
  }
  if (tasks.length === 0) throw new ValidationError(`No task file of Backlog.md among the ${files.length} given.`);
  const find = finder(tasks.map(({ draft }) => draft.id));
  const goals = new Map<string, Draft>();
  const links: DraftLink[] = [];
  for (const { draft, milestone, depends } of tasks) {
    links.push(
      ...depends.map((name): DraftLink => ({ from: find(name), to: draft.id, type: 'blocks', owner: draft.id })),
    );
    if (draft.parent !== undefined) draft.parent = find(draft.parent);
    if (milestone === undefined) continue;
    draft.goal = `milestone:${milestone.toLowerCase()}`;
    const title = milestones.get(milestone.toLowerCase()) ?? milestone;
    if (!goals.has(draft.goal)) goals.set(draft.goal, toGoal({ id: draft.goal, title, milestone }, draft.at));
  }
  return assemble({
    source: 'backlog',
    drafts: [...goals.values(), ...tasks.map(({ draft }) => draft)],
    links,
    warnings,
    hasOwnGoals: false,
  });
}

const toGoal = ({ id, title, milestone }: { id: string; title: string; milestone: string }, at: string): Draft => ({
  kind: 'goal',
  id,
  at,
  title,
  status: 'pending',
  rest: { milestone },
});

/** Ids are compared ignoring case, and `7` means `task-7`. */
function finder(ids: readonly string[]): (name: string) => string {
  const known = new Map(ids.flatMap((id) => [[id.replace(/^[^\d]*/, ''), id] as const]));
  for (const id of ids) known.set(id.toLowerCase(), id);
  return (name) => known.get(name.trim().toLowerCase()) ?? name;
}

function toTask(
  values: Record<string, unknown>,
  { name, body }: { name: string; body: string },
  warnings: ImportWarning[],
) {
  const fields = fieldsOf(values);
  const tell = (message: string) => warnings.push({ at: name, message });
  const id = fields.text('id');
  if (id === undefined) throw new ValidationError(`${name}: its id must be a text or a number.`);
  const { sections, others } = backlogSections(body);
  const criteria = sections.get('acceptance criteria');
  const acceptance = criteria === undefined ? undefined : toCriteria(criteria);
  const checked = acceptance && criteria !== undefined ? checksOf(criteria) : [];
  if (checked.length > 0) fields.rest.acceptance_checked = checked;
  const people = fields.texts('assignee').map((person) => person.replace(/^@/, ''));
  if (people.length > 1) fields.rest.assignees = people;
  const word = fields.text('status');
  const status = word === undefined ? 'pending' : toStatus(word);
  if (status === undefined) tell(`unknown status ${quote(word)}: taken as pending.`);
  // Projects name their columns themselves: `Review` should not get lost behind in_progress.
  if (word !== undefined && !/^(?:to do|in progress|done)$/i.test(word)) fields.rest.status = word;
  const position = fields.number('ordinal');
  const draft: Draft = {
    kind: 'task',
    id,
    at: name,
    title: fields.text('title') ?? titleOf(name),
    status: status ?? 'pending',
    description: toDescription(sections.get('description'), [
      ...(acceptance ? [] : [['Acceptance Criteria', criteria] as const]),
      ['Definition of Done', sections.get('definition of done')],
      ['Implementation Plan', sections.get('implementation plan')],
      ...others,
    ]),
    acceptance,
    priority: priorityOf(fields.text('priority'), fields.rest, tell),
    assignee: people[0],
    tags: fields.texts('labels'),
    parent: fields.text('parent_task_id'),
    position: position === undefined ? undefined : Math.round(position),
    created_at: timeOf(fields.text('created_date')),
    due_at: timeOf(fields.text('due_date')),
    defer_until: timeOf(fields.text('planned_start')),
    started_at: timeOf(fields.text('actual_start')),
    completed_at: timeOf(fields.text('actual_end')),
    notes: [
      ...noteOf('progress', sections.get('implementation notes')),
      ...noteOf('note', sections.get('comments')),
      ...noteOf('handoff', sections.get('final summary')),
    ],
    rest: fields.rest,
  };
  return { draft, milestone: fields.text('milestone'), depends: fields.texts('dependencies') };
}

const noteOf = (kind: 'progress' | 'note' | 'handoff', body: string | undefined) => (body ? [{ kind, body }] : []);

/** `backlog/tasks/task-7 - Add-login.md` -> `Add login`. */
function titleOf(name: string): string {
  const file = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).replace(/\.md$/i, '');
  return (file.includes(' - ') ? file.slice(file.indexOf(' - ') + 3) : file).replaceAll('-', ' ');
}

/** `2026-03-01 14:05` (which Backlog.md means as UTC) -> `2026-03-01T14:05:00Z`. */
function timeOf(text: string | undefined): string | undefined {
  const [, day, time, seconds = ':00'] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?$/.exec(text?.trim() ?? '') ?? [];
  return day === undefined ? text?.trim() : `${day}T${time}${seconds}Z`;
}
