import { ValidationError } from '@mcp-servers/core';
import { planLimits } from '../../tasks/plan.ts';
import {
  Bundle,
  type BundleGoal,
  type BundleLink,
  type BundleTask,
  bundleFormat,
  type ImportWarning,
  type Reading,
} from '../bundle.ts';
import { type Draft, type DraftLink, quote, toKey, type Warn } from './draft.ts';
import { fit } from './fit.ts';

const maxNamed = 5;

export interface Drafts {
  /** Key of the metadata that keeps what has no field of ours. */
  source: string;
  drafts: Draft[];
  links: DraftLink[];
  warnings: ImportWarning[];
  /** False where goals are made up for groups of tasks and have no status of their own. */
  hasOwnGoals?: boolean;
}

/** Drafts in any order -> a valid bundle: keys unique, parents first and at most 8 levels, links between tasks that exist. */
export function assemble({ source, drafts, links, warnings, hasOwnGoals = true }: Drafts): Reading {
  const warn: Warn = (at, message) => warnings.push({ at, message });
  const byKey = index(drafts);
  const tasks = order(byKey, warn);
  const kept = resolve(links, byKey, warn);
  setAsideDoubles(tasks, warn);
  const goals = [...byKey.values()].filter(({ kind }) => kind === 'goal');
  if (!hasOwnGoals) begin(goals, tasks);
  const fitted = [...goals, ...tasks].map((draft) => ({ draft, ...fit(draft, source, warn) }));
  const bundle = {
    format: bundleFormat,
    version: 1,
    goals: fitted.filter(({ draft }) => draft.kind === 'goal').map(({ item }) => item as unknown as BundleGoal),
    tasks: fitted.filter(({ draft }) => draft.kind === 'task').map(({ item, draft }) => placed(item, draft)),
    links: kept,
    notes: fitted.flatMap(({ notes }) => notes),
  };
  return { bundle: Bundle.parse(bundle), warnings };
}

const placed = (item: object, { goal, parent }: Draft): BundleTask =>
  ({ ...item, ...(goal && { goal }), ...(parent && { parent }) }) as unknown as BundleTask;

function index(drafts: readonly Draft[]): Map<string, Draft> {
  const byKey = new Map<string, Draft>();
  const doubles: string[] = [];
  for (const original of drafts) {
    const draft = { ...original, id: toKey(original.id), rest: { ...original.rest } };
    if (draft.id !== original.id.trim()) draft.rest.id = original.id;
    if (draft.id === '') throw new ValidationError(`${draft.at}: an entry without an id.`);
    const first = byKey.get(draft.id);
    if (first) doubles.push(`${quote(draft.id)} at ${first.at} and at ${draft.at}`);
    else byKey.set(draft.id, draft);
  }
  if (doubles.length > 0) {
    const more = doubles.length > maxNamed ? `, and ${doubles.length - maxNamed} more` : '';
    throw new ValidationError(`The same id stands twice: ${doubles.slice(0, maxNamed).join('; ')}${more}.`, {
      hint: 'Give every entry its own id, or remove one of the two.',
    });
  }
  return byKey;
}

/** Tasks, parents first, otherwise in the order of the file; every one in the goal of its topmost parent. */
function order(byKey: Map<string, Draft>, warn: Warn): Draft[] {
  const children = new Map<Draft, Draft[]>();
  const roots: Draft[] = [];
  for (const draft of byKey.values()) {
    if (draft.kind === 'goal') continue;
    const goal = refer(draft, 'goal', { byKey, warn });
    const parent = refer(draft, 'parent', { byKey, warn });
    draft.goal = parent?.kind === 'goal' ? parent.id : goal?.kind === 'goal' ? goal.id : undefined;
    draft.parent = parent?.kind === 'task' ? parent.id : undefined;
    const siblings = parent?.kind === 'task' ? (children.get(parent) ?? []) : roots;
    siblings.push(draft);
    if (parent?.kind === 'task') children.set(parent, siblings);
  }
  const ordered: Draft[] = [];
  const depths = new Map<Draft, number>();
  const visit = (root: Draft) => {
    const stack = [root];
    for (let draft = stack.pop(); draft; draft = stack.pop()) {
      if (depths.has(draft)) continue;
      place(draft, depths, { byKey, warn });
      ordered.push(draft);
      stack.push(...(children.get(draft) ?? []).toReversed());
    }
  };
  for (const root of roots) visit(root);
  // Whoever was not reached hangs below a loop of parents.
  for (const unreached of byKey.values()) {
    if (unreached.kind === 'goal' || depths.has(unreached)) continue;
    const draft = inLoop(unreached, byKey);
    warn(draft.at, `its parents form a loop; the parent ${quote(draft.parent)} is left out.`);
    draft.rest.parent = draft.parent;
    draft.parent = undefined;
    visit(draft);
  }
  return ordered;
}

/** Going up from an entry below a loop of parents ends at one that is part of it. */
function inLoop(start: Draft, byKey: Map<string, Draft>): Draft {
  const seen = new Set<Draft>();
  let draft = start;
  for (let parent: Draft | undefined = start; parent && !seen.has(parent); parent = byKey.get(parent.parent ?? '')) {
    seen.add(parent);
    draft = parent;
  }
  return draft;
}

interface Known {
  byKey: Map<string, Draft>;
  warn: Warn;
}

function refer(draft: Draft, field: 'goal' | 'parent', { byKey, warn }: Known): Draft | undefined {
  const name = draft[field];
  if (name === undefined) return undefined;
  const found = byKey.get(toKey(name));
  if (found && found !== draft) return found;
  warn(draft.at, `its ${field} ${quote(name)} is ${found ? 'itself' : 'not in the file'}; it is left out.`);
  draft.rest[field] = name;
  return undefined;
}

function place(draft: Draft, depths: Map<Draft, number>, { byKey, warn }: Known): void {
  const parent = draft.parent === undefined ? undefined : byKey.get(draft.parent);
  if (!parent) {
    depths.set(draft, 1);
    return;
  }
  if (draft.goal !== undefined && draft.goal !== parent.goal)
    warn(draft.at, `it goes to the goal of its parent, not to ${quote(draft.goal)}.`);
  draft.goal = parent.goal;
  const depth = (depths.get(parent) ?? 0) + 1;
  depths.set(draft, Math.min(depth, planLimits.depth));
  if (depth <= planLimits.depth) return;
  warn(draft.at, `deeper than ${planLimits.depth} levels: it stands beside ${quote(parent.title)}, not below.`);
  draft.rest.parent = parent.id;
  draft.parent = parent.parent;
}

/** Keeps links between two tasks of the file; any other is told, and kept with the entry that declares it. */
function resolve(links: readonly DraftLink[], byKey: Map<string, Draft>, warn: Warn): BundleLink[] {
  const seen = new Map<string, BundleLink>();
  for (const link of links) {
    const from = toKey(link.from);
    const to = toKey(link.to);
    const owner = byKey.get(toKey(link.owner));
    const ends = [byKey.get(from), byKey.get(to)];
    const problem =
      from === to
        ? 'names itself'
        : ends.includes(undefined)
          ? 'is not in the file'
          : ends.some((end) => end?.kind === 'goal')
            ? 'ties a goal, and only tasks can be linked'
            : undefined;
    if (problem === undefined) {
      const pair = link.type === 'related' ? [from, to].toSorted() : [from, to];
      const key = JSON.stringify([link.type, ...pair]);
      if (!seen.has(key)) seen.set(key, { from, to, type: link.type });
      continue;
    }
    const other = link.owner === link.from ? link.to : link.from;
    warn(
      owner?.at ?? link.owner,
      `its link (${link.type}) to ${quote(other)} ${problem}; it is kept in metadata only.`,
    );
    if (owner) listIn(owner.rest, 'links_left_out').push(`${link.type} ${other}`);
  }
  return [...seen.values()];
}

/** A goal of which a task was begun is in progress, as when the task is begun here. */
function begin(goals: readonly Draft[], tasks: readonly Draft[]): void {
  const begun = new Set(
    tasks.filter(({ status }) => status === 'in_progress' || status === 'completed').map(({ goal }) => goal),
  );
  for (const goal of goals) if (begun.has(goal.id)) goal.status = 'in_progress';
}

function listIn(rest: Record<string, unknown>, key: string): unknown[] {
  const list: unknown[] = Array.isArray(rest[key]) ? rest[key] : [];
  rest[key] = list;
  return list;
}

/** An external_ref is unique in a project; the first entry keeps it. */
function setAsideDoubles(tasks: readonly Draft[], warn: Warn): void {
  const seen = new Set<string>();
  for (const draft of tasks) {
    if (draft.external_ref === undefined) continue;
    if (seen.has(draft.external_ref)) {
      warn(draft.at, `external_ref ${quote(draft.external_ref)} is taken by an earlier entry; kept in metadata.`);
      draft.rest.external_ref = draft.external_ref;
      draft.external_ref = undefined;
    } else seen.add(draft.external_ref);
  }
}
