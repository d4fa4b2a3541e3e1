import { ValidationError } from '@mcp-servers/core';
import type { Status } from '../../items/fields.ts';
import type { ImportWarning, Reading } from '../bundle.ts';
import { assemble } from './assemble.ts';
import { type Draft, type DraftLink, quote, type SourceFile } from './draft.ts';
import { fieldsOf } from './fields-of.ts';
import { expectRecord, isRecord, parseJson } from './json-text.ts';
import { priorityOf, toDescription, toStatus } from './words.ts';

const maxDepth = 32;
/** Statuses of task-master that are none of ours, and what comes nearest; the word itself is kept in metadata. */
const nearStatus: Record<string, Status> = { review: 'in_progress', deferred: 'pending', blocked: 'pending' };

interface Tag {
  name: string;
  tasks: unknown[];
  metadata: Record<string, unknown>;
  at: string;
}

interface Entry {
  value: unknown;
  at: string;
  tag: string;
  /** Numbers of the tasks above: `1` for the sub-task `1.2`. */
  above: string;
  depth: number;
}

/** `tasks.json` of task-master, with or without tags. Every tag becomes a goal; keys are `tag:1.2`. */
export function readTaskMaster(files: readonly SourceFile[]): Reading {
  const warnings: ImportWarning[] = [];
  const drafts: Draft[] = [];
  const wanted: { draft: Draft; tag: string; above: string; names: string[] }[] = [];
  for (const tag of files.flatMap(tagsOf)) {
    drafts.push(toGoal(tag));
    const stack = entriesOf(tag.tasks, { value: undefined, at: tag.at, tag: tag.name, above: '', depth: 0 });
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      const { draft, names, subtasks, number } = toTask(entry, warnings);
      drafts.push(draft);
      wanted.push({ draft, tag: entry.tag, above: entry.above, names });
      if (entry.depth > maxDepth)
        throw new ValidationError(`${draft.at}: sub-tasks nested deeper than ${maxDepth} levels.`);
      stack.push(...entriesOf(subtasks, { ...entry, at: `${entry.at}.subtasks`, above: number }));
    }
  }
  const known = new Set(drafts.map(({ id }) => id));
  const links = wanted.flatMap(({ draft, tag, above, names }) =>
    names.map(
      (name): DraftLink => ({
        from: target(name, { tag, above, known }),
        to: draft.id,
        type: 'blocks',
        owner: draft.id,
      }),
    ),
  );
  return assemble({ source: 'task-master', drafts, links, warnings, hasOwnGoals: false });
}

function entriesOf(values: readonly unknown[], from: Entry): Entry[] {
  const entries = values.map((value, index) => ({ ...from, value, at: `${from.at}[${index}]`, depth: from.depth + 1 }));
  return entries.toReversed();
}

function tagsOf({ name, text }: SourceFile): Tag[] {
  const root = parseJson(text, name);
  if (Array.isArray(root)) return [{ name: 'master', tasks: root, metadata: {}, at: name }];
  const file = expectRecord(root, name);
  if (Array.isArray(file.tasks)) {
    const { tasks, metadata, ...others } = file;
    const about = { ...others, ...(isRecord(metadata) && metadata) };
    return [{ name: 'master', tasks: tasks as unknown[], metadata: about, at: `${name}, tasks` }];
  }
  return Object.entries(file).map(([tag, value]) => {
    const at = `${name}, ${tag.slice(0, 60)}`;
    const { tasks, metadata, ...others } = expectRecord(value, at);
    if (!Array.isArray(tasks))
      throw new ValidationError(`${at}: has no list "tasks", as every tag of task-master has.`);
    const about = { ...others, ...(isRecord(metadata) && metadata) };
    return { name: tag, tasks: tasks as unknown[], metadata: about, at: `${at}.tasks` };
  });
}

function toGoal({ name, metadata, at }: Tag): Draft {
  const fields = fieldsOf(metadata);
  return {
    kind: 'goal',
    id: name,
    at,
    title: fields.text('projectName') ?? name,
    description: fields.text('description'),
    created_at: fields.text('created'),
    status: 'pending',
    rest: { tag: name, ...fields.rest },
  };
}

function toTask({ value, at, tag, above }: Entry, warnings: ImportWarning[]) {
  const fields = fieldsOf(expectRecord(value, at));
  const id = fields.text('id');
  if (id === undefined) throw new ValidationError(`${at}: has no id.`);
  // A sub-task is `2` in most files and `1.2` in some.
  const number = above === '' || id.startsWith(`${above}.`) ? id : `${above}.${id}`;
  const tests = fields.criteria('testStrategy');
  const accepted = fields.criteria('acceptanceCriteria');
  const subtasks = Array.isArray(fields.rest.subtasks) ? (fields.raw('subtasks') as unknown[]) : [];
  const draft: Draft = {
    kind: 'task',
    id: `${tag}:${number}`,
    at: `${at} (task ${number})`,
    title: fields.text('title') ?? '',
    goal: tag,
    parent: above === '' ? undefined : `${tag}:${above}`,
    description: toDescription(fields.text('description'), [
      ['Details', fields.text('details')],
      ['Acceptance criteria', accepted.left],
      ['Test strategy', tests.left],
    ]),
    acceptance: [...(accepted.acceptance ?? []), ...(tests.acceptance ?? [])],
    assignee: fields.text('assignee'),
    created_at: fields.text('createdAt'),
    status: 'pending',
    priority: undefined,
    rest: {},
  };
  const names = fields.texts('dependencies');
  const word = fields.text('status');
  const near = word !== undefined && Object.hasOwn(nearStatus, word) ? nearStatus[word] : undefined;
  const status = word === undefined ? 'pending' : (near ?? toStatus(word));
  if (word !== undefined && (status === undefined || near)) fields.rest.status = word;
  if (status === undefined)
    warnings.push({ at: draft.at, message: `unknown status ${quote(word)}: taken as pending.` });
  draft.status = status ?? 'pending';
  draft.priority = priorityOf(fields.text('priority'), fields.rest, (message) =>
    warnings.push({ at: draft.at, message }),
  );
  draft.rest = { id: number, ...fields.rest };
  return { draft, names, subtasks, number };
}

/** A sub-task names its siblings by their own number, every other task from the top: `2`, `1.2`. */
function target(name: string, { tag, above, known }: { tag: string; above: string; known: Set<string> }): string {
  const number = name.replace(/^undefined\./, '');
  const sibling = `${tag}:${above}.${number}`;
  return above !== '' && known.has(sibling) ? sibling : `${tag}:${number}`;
}
