import { ValidationError } from '@mcp-servers/core';
import type { Status } from '../../items/fields.ts';
import type { ImportWarning, Reading } from '../bundle.ts';
import { assemble } from './assemble.ts';
import { type Draft, type DraftLink, type DraftNote, quote, type SourceFile } from './draft.ts';
import { type Fields, fieldsOf } from './fields-of.ts';
import { expectRecord, isRecord, parseJsonEntries } from './json-text.ts';
import { priorityOf } from './words.ts';

const statuses: Record<string, Status> = {
  pending: 'pending',
  waiting: 'pending',
  recurring: 'pending',
  completed: 'completed',
  deleted: 'cancelled',
};

/** `task export`: an array, or one object per line. Every project becomes a goal. */
export function readTaskwarrior(files: readonly SourceFile[]): Reading {
  const warnings: ImportWarning[] = [];
  const goals = new Map<string, Draft>();
  const links: DraftLink[] = [];
  const tasks = files
    .flatMap(({ text, name }) => parseJsonEntries(text, name))
    .map(({ value, at }) => {
      const { draft, project, depends } = toTask(expectRecord(value, at), at, warnings);
      links.push(...depends.map((from): DraftLink => ({ from, to: draft.id, type: 'blocks', owner: draft.id })));
      if (project !== undefined) {
        draft.goal = `project:${project}`;
        if (!goals.has(draft.goal)) goals.set(draft.goal, toGoal(project, at));
      }
      return draft;
    });
  return assemble({
    source: 'taskwarrior',
    drafts: [...goals.values(), ...tasks],
    links,
    warnings,
    hasOwnGoals: false,
  });
}

const toGoal = (project: string, at: string): Draft => ({
  kind: 'goal',
  id: `project:${project}`,
  at,
  title: project,
  status: 'pending',
  rest: { project },
});

function toTask(value: Record<string, unknown>, at: string, warnings: ImportWarning[]) {
  const fields = fieldsOf(value);
  const id = fields.text('uuid');
  if (id === undefined) throw new ValidationError(`${at}: has no uuid.`);
  const place = `${at} (${id.slice(0, 36)})`;
  const tell = (message: string) => warnings.push({ at: place, message });
  const word = fields.text('status') ?? 'pending';
  const known = Object.hasOwn(statuses, word) ? statuses[word] : undefined;
  if (known === undefined) tell(`unknown status ${quote(word)}: taken as pending.`);
  if (word === 'recurring') tell('it is the template of a recurring task; nothing recurs here.');
  if (known === undefined || word === 'recurring' || word === 'deleted') fields.rest.status = word;
  const started = time(fields, 'start');
  const wait = time(fields, 'wait');
  const scheduled = time(fields, 'scheduled');
  if (wait !== undefined && scheduled !== undefined) fields.rest.scheduled = scheduled;
  const draft: Draft = {
    kind: 'task',
    id,
    at: place,
    title: fields.text('description') ?? '',
    // A started task is a pending one with a time of start.
    status:
      (known === 'pending' || known === undefined) && started !== undefined ? 'in_progress' : (known ?? 'pending'),
    priority: priorityOf(fields.text('priority'), fields.rest, tell),
    tags: fields.texts('tags'),
    due_at: time(fields, 'due'),
    defer_until: wait ?? scheduled,
    created_at: time(fields, 'entry'),
    started_at: started,
    completed_at: time(fields, 'end'),
    notes: annotationsOf(fields),
    rest: fields.rest,
  };
  const depends = fields.texts('depends').flatMap((list) => list.split(',').map((name) => name.trim()));
  return { draft, project: fields.text('project'), depends: depends.filter((name) => name !== '') };
}

/** `20260301T140000Z` -> a time as we write it; anything else as it is, to be judged later. */
function isoOf(text: string): string {
  return text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function time(fields: Fields, key: string): string | undefined {
  const value = fields.text(key);
  return value === undefined ? undefined : isoOf(value);
}

function annotationsOf(fields: Fields): DraftNote[] {
  const list = Array.isArray(fields.rest.annotations) ? (fields.raw('annotations') as unknown[]) : [];
  const strange = list.filter((entry) => !isRecord(entry) || typeof entry.description !== 'string');
  if (strange.length > 0) fields.rest.annotations = strange;
  return list
    .filter(isRecord)
    .flatMap(({ description, entry }) =>
      typeof description === 'string'
        ? [{ body: description, created_at: typeof entry === 'string' ? isoOf(entry) : undefined }]
        : [],
    );
}
