import { createHash } from 'node:crypto';
import path from 'node:path';
import { ConflictError, ValidationError } from '@mcp-servers/core';
import { type Queryable, statement } from '@mcp-servers/core/postgres';
import type { Caller } from '../items/caller.ts';
import { isOpen } from '../items/fields.ts';
import { toItemId } from '../items/ids.ts';
import { notFound } from '../work/create.ts';
import { inPortions } from '../work/portions.ts';
import type { Store } from '../work/store.ts';
import type { Bundle, ImportWarning } from './bundle.ts';
import { type Entry, toEntries } from './entries.ts';
import { describePlan } from './import-answer.ts';
import { applyPlan, type ImportPlan, type ImportUnit } from './import-apply.ts';
import { planLinks, planNotes, refuseCycles } from './import-links.ts';
import { planItems } from './import-plan.ts';
import { readRows, readState } from './import-state.ts';
import { importStatements as sql } from './import-statements.ts';
import { readSource, sourceLimits, tooLarge } from './read-files.ts';
import type { ImportFormat } from './readers/formats.ts';

export interface ImportInput {
  /** Text, or the object of the own format. */
  content?: string | Record<string, unknown> | undefined;
  /** A file, or a folder of Markdown files. */
  file?: string | undefined;
  format?: ImportFormat | undefined;
  goal_id?: string | undefined;
  project?: string | undefined;
  /** Name under which a later import of the same finds what this one made; default: the file. */
  source?: string | undefined;
  keep_ids?: boolean | undefined;
  dry_run: boolean;
}

export interface ImportOptions {
  caller: Caller;
  folders: readonly string[];
  maxChars: number;
  signal: AbortSignal;
}

/** A source that was read, before anybody looked at the store. */
interface Prepared {
  bundle: Bundle;
  entries: Entry[];
  loops: Entry[];
  warnings: ImportWarning[];
  source: string;
  format: ImportFormat;
  goal_id: string | undefined;
  keepIds: boolean;
}

/** Plans an import and, unless it is a dry run, makes it: all of it in one transaction. */
export async function importItems(store: Store, input: ImportInput, options: ImportOptions) {
  refuseContradictions(input);
  const prepared = await prepare(input, options);
  const { caller, signal, maxChars } = options;
  const answer = ({ plan, warnings }: Awaited<ReturnType<typeof planImport>>) =>
    describePlan(plan, {
      ...prepared,
      warnings: [...prepared.warnings, ...warnings],
      dry_run: input.dry_run,
      maxChars,
    });
  if (input.dry_run) return store.snapshot(async (at) => answer(await planImport(at, prepared, caller)), signal);
  return store.writeMany(
    caller,
    async (unit) => {
      // Imports come one after the other: two of the same source would both find nothing of it.
      await unit.query(sql.lock);
      await unit.query(sql.patience);
      const first = await planImport(unit, prepared, caller);
      await lockStored(unit, first.plan);
      const planned = await planImport(unit, prepared, caller);
      await applyPlan(unit, planned.plan);
      return answer(planned);
    },
    signal,
  );
}

function refuseContradictions({ content, file, goal_id, project, keep_ids, format }: ImportInput): void {
  if ((content === undefined) === (file === undefined))
    throw new ValidationError('Give content or file: the text itself, or a file in an allowed folder.');
  if (goal_id !== undefined && project !== undefined)
    throw new ValidationError('goal_id and project exclude each other: a goal is in its project.');
  if (keep_ids && format !== undefined && format !== 'json')
    throw new ValidationError(`keep_ids is for the own format json; ${format} has other ids.`);
}

async function prepare(input: ImportInput, { folders, signal }: ImportOptions): Promise<Prepared> {
  const { content, file, goal_id, project } = input;
  const text = typeof content === 'string' ? content : JSON.stringify(content ?? '');
  if (Buffer.byteLength(text) > sourceLimits.bytes) throw tooLarge();
  const inline = { files: [{ name: input.source ?? 'content', text }], path: `inline ${digest(text)}` };
  const { files, path: place } = file === undefined ? inline : await readSource(folders, file, signal);
  const { read } = await import('./readers/index.ts');
  const { bundle, warnings, format } = read({ files, format: input.format });
  signal.throwIfAborted();
  if (input.keep_ids && format !== 'json')
    throw new ValidationError(`keep_ids is for the own format json; this is ${format}.`);
  const title = file === undefined ? (input.source ?? 'Imported tasks') : path.parse(place).name;
  const options = { intoGoal: goal_id !== undefined, project, title: [...title].slice(0, 200).join('') };
  if (goal_id !== undefined && bundle.goals.length > 0)
    warnings.push({
      message: `The ${bundle.goals.length} goals of the source become ${goal_id}, which stays as it is.`,
    });
  const where = goal_id ?? (project === undefined ? '' : `project ${project}`);
  return {
    ...{ bundle, warnings, format, goal_id, ...toEntries(bundle, options) },
    source: JSON.stringify([format, where, input.source ?? place]),
    keepIds: input.keep_ids === true,
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 24);

async function planImport(
  at: Queryable,
  { bundle, entries, loops, source, goal_id, keepIds }: Prepared,
  { actor, instance }: Caller,
): Promise<{ plan: ImportPlan; warnings: ImportWarning[] }> {
  const ids = keepIds ? entries.flatMap(({ key }) => toItemId(key) ?? []) : [];
  const state = await readState(at, { source, entries, ids, goal_id });
  const target = goal_id === undefined ? undefined : state.items.get(goal_id);
  if (goal_id !== undefined) {
    if (!target || target.deleted_at) throw notFound([goal_id]);
    if (!isOpen(target.status)) {
      throw new ConflictError(`${goal_id} is ${target.status}; nothing can be imported into it.`, {
        hint: `Reopen it with update_items {"items":[{"id":"${goal_id}","status":"in_progress"}]}, or name another goal.`,
      });
    }
  }
  const differing = entries.flatMap((entry) => {
    const imported = state.imported.get(entry.name);
    const id = imported?.id ?? (keepIds ? toItemId(entry.key) : undefined);
    const same = Object.entries(entry.hashes).every(([column, hash]) => imported?.fields[column] === hash);
    return id === undefined || same || !state.items.has(id) ? [] : [id];
  });
  state.rows = await readRows(at, differing);
  const { items, warnings } = planItems(entries, state, { keepIds, target, actor, instance });
  for (const entry of loops) {
    const reason = 'its parents form a loop';
    const blank = { id: undefined, stored: undefined, goal: undefined, parent: undefined, changes: {}, moved: false };
    items.set(entry.name, { entry, outcome: 'refused', reason, ...blank, depth: 0, project: '' });
  }
  const links = planLinks(bundle, { items, state, target });
  const notes = planNotes(bundle, { items, state, target }, actor);
  await refuseCycles(at, items.values(), links);
  return { plan: { items, links, notes, state, source }, warnings };
}

const lockGoals = statement(
  'import_lock_goals',
  'SELECT FROM goals WHERE id = ANY ($1::text[]) ORDER BY seq FOR NO KEY UPDATE',
);
const lockTasks = statement(
  'import_lock_tasks',
  'SELECT FROM tasks WHERE id = ANY ($1::text[]) ORDER BY seq FOR NO KEY UPDATE',
);

/** What is there and takes part in a change, locked until the end; a new source locks nothing. */
async function lockStored(unit: ImportUnit, { items, links, notes, state }: ImportPlan): Promise<void> {
  const changed = [...items.values()].filter(({ outcome }) => outcome === 'created' || outcome === 'updated');
  const linked = links.filter(({ outcome }) => outcome === 'created').flatMap(({ from, to }) => [from, to]);
  const noted = notes.filter(({ outcome }) => outcome === 'created').map(({ item }) => item);
  const touched = [...changed, ...changed.flatMap(({ goal, parent }) => [goal, parent]), ...linked, ...noted];
  const ids = [...new Set(touched.flatMap((place) => place?.id ?? []))].filter((id) => state.items.has(id));
  if (ids.length === 0) return;
  await unit.tasks.lockGraph();
  const goals = ids.map((id) => state.items.get(id)?.goal_id ?? id);
  await unit.query(lockGoals, [[...new Set(goals)]]);
  for (const some of inPortions(
    ids.filter((id) => id.startsWith('TASK-')).toSorted((a, b) => seqOf(a) - seqOf(b)),
    1000,
  ))
    await unit.query(lockTasks, [some]);
}

const seqOf = (id: string): number => Number(id.slice(5));
