import { ValidationError } from '@mcp-servers/core';
import type { LinkType, Priority, Status } from '../../items/fields.ts';
import type { ImportWarning, Reading } from '../bundle.ts';
import { assemble } from './assemble.ts';
import { type Draft, type DraftLink, type DraftNote, quote, type SourceFile } from './draft.ts';
import { type Fields, fieldsOf } from './fields-of.ts';
import { expectRecord, isRecord, parseJsonEntries } from './json-text.ts';
import { toDescription } from './words.ts';

const statuses: Record<string, Status> = {
  open: 'pending',
  in_progress: 'in_progress',
  hooked: 'in_progress',
  blocked: 'pending',
  deferred: 'pending',
  pinned: 'pending',
  closed: 'completed',
  tombstone: 'cancelled',
};
/** Statuses that say more than ours do. */
const kept = new Set(['blocked', 'deferred', 'pinned', 'hooked', 'tombstone']);
const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low', 'low'];
const linkTypes: Record<string, LinkType> = {
  blocks: 'blocks',
  'waits-for': 'blocks',
  'conditional-blocks': 'blocks',
  related: 'related',
  'relates-to': 'related',
  'discovered-from': 'discovered_from',
  duplicates: 'duplicates',
};

interface Issue {
  draft: Draft;
  isEpic: boolean;
  links: DraftLink[];
}

/** `.beads/issues.jsonl`. A topmost epic that no blocking ties becomes a goal, any other a task with sub-tasks. */
export function readBeads(files: readonly SourceFile[]): Reading {
  const warnings: ImportWarning[] = [];
  const issues = files
    .flatMap(({ text, name }) => parseJsonEntries(text, name))
    .map(({ value, at }) => toIssue(expectRecord(value, at), at, warnings));
  const links = issues.flatMap((issue) => issue.links);
  const tied = new Set(links.flatMap(({ from, to }) => [from, to]));
  for (const { draft, isEpic } of issues)
    if (isEpic && draft.parent === undefined && !tied.has(draft.id)) draft.kind = 'goal';
  return assemble({ source: 'beads', drafts: issues.map(({ draft }) => draft), links, warnings });
}

function toIssue(value: Record<string, unknown>, at: string, warnings: ImportWarning[]): Issue {
  const fields = fieldsOf(value);
  const id = fields.text('id');
  if (id === undefined) throw new ValidationError(`${at}: has no id.`);
  const place = `${at} (${id.slice(0, 60)})`;
  const tell = (message: string) => warnings.push({ at: place, message });
  const { links, parent } = dependenciesOf(fields, id, tell);
  const accepted = fields.criteria('acceptance_criteria');
  const reason = fields.text('close_reason');
  const type = fields.text('issue_type');
  const labels = fields.texts('labels');
  const isPlain = type === undefined || type === 'task' || type === 'epic';
  if (type !== undefined && type !== 'task') fields.rest.issue_type = type;
  const draft: Draft = {
    kind: 'task',
    id,
    at: place,
    title: fields.text('title') ?? '',
    description: toDescription(fields.text('description'), [
      ['Design', fields.text('design')],
      ['Acceptance criteria', accepted.left],
    ]),
    acceptance: accepted.acceptance,
    notes: notesOf(fields),
    priority: priorityOf(fields, tell),
    assignee: fields.text('assignee'),
    tags: isPlain ? labels : [...labels, type],
    parent,
    estimate_minutes: fields.number('estimated_minutes'),
    external_ref: fields.text('external_ref'),
    created_by: fields.text('created_by'),
    created_at: fields.text('created_at'),
    completed_at: fields.text('closed_at'),
    due_at: fields.text('due_at'),
    defer_until: fields.text('defer_until'),
    ...(reason !== undefined && { result: { close_reason: reason } }),
    status: 'pending',
    rest: fields.rest,
  };
  const word = fields.text('status') ?? 'open';
  const status = Object.hasOwn(statuses, word) ? statuses[word] : undefined;
  if (status === undefined) tell(`unknown status ${quote(word)}: taken as pending.`);
  if (status === undefined || kept.has(word)) fields.rest.status = word;
  draft.status = status ?? 'pending';
  if (word === 'tombstone') draft.deleted_at = fields.text('deleted_at') ?? value.updated_at?.toString();
  return { draft, isEpic: type === 'epic', links };
}

function priorityOf(fields: Fields, tell: (message: string) => void): Priority | undefined {
  const number = fields.number('priority');
  const priority = number === undefined ? undefined : priorities[number];
  // 4, the backlog, has no level of its own here.
  if (number !== undefined && (priority === undefined || number === 4)) fields.rest.priority = number;
  if (number !== undefined && priority === undefined) tell(`unknown priority ${number}: kept in metadata.`);
  return priority;
}

function dependenciesOf(fields: Fields, id: string, tell: (message: string) => void) {
  const list = Array.isArray(fields.rest.dependencies) ? (fields.raw('dependencies') as unknown[]) : [];
  const links: DraftLink[] = [];
  const others: unknown[] = [];
  let parent: string | undefined;
  for (const dependency of list) {
    const { issue_id: owner, depends_on_id: other, type: kind } = isRecord(dependency) ? dependency : {};
    const type = typeof kind === 'string' ? kind : 'blocks';
    const linkType = Object.hasOwn(linkTypes, type) ? linkTypes[type] : undefined;
    const isOwn = typeof other === 'string' && (owner === undefined || owner === id);
    if (isOwn && type === 'parent-child' && parent === undefined) parent = other;
    else if (isOwn && linkType) {
      // Whoever depends waits for the other one; every other type reads from the one that declares it.
      links.push(
        linkType === 'blocks'
          ? { from: other, to: id, type: linkType, owner: id }
          : { from: id, to: other, type: linkType, owner: id },
      );
      if (type === 'waits-for' || type === 'conditional-blocks') {
        others.push(dependency);
        tell(`its link ${quote(type)} is taken as blocks; the original is kept in metadata.`);
      }
    } else {
      others.push(dependency);
      tell(`its link ${quote(type)} to ${quote(other)} has no place here; it is kept in metadata.`);
    }
  }
  if (others.length > 0) fields.rest.dependencies = others;
  return { links, parent };
}

function notesOf(fields: Fields): DraftNote[] {
  const notes = fields.text('notes');
  const comments = Array.isArray(fields.rest.comments) ? (fields.raw('comments') as unknown[]) : [];
  const strange = comments.filter((comment) => !isRecord(comment) || typeof comment.text !== 'string');
  if (strange.length > 0) fields.rest.comments = strange;
  return [
    ...(notes === undefined ? [] : [{ body: notes }]),
    ...comments.filter(isRecord).flatMap((comment) => {
      const { text: body, author, created_at: createdAt } = comment;
      if (typeof body !== 'string') return [];
      const at = typeof createdAt === 'string' ? createdAt : undefined;
      return [{ body, author: typeof author === 'string' ? author : undefined, created_at: at }];
    }),
  ];
}
