import type { Queryable } from '@mcp-servers/core/postgres';
import { findCycle, finishOf, startOf, toEdges } from '../tasks/cycle.ts';
import { cycleError } from '../tasks/plan.ts';
import { postgresTasks } from '../tasks/postgres-repository.ts';
import type { Link } from '../tasks/types.ts';
import type { Bundle, BundleNote } from './bundle.ts';
import { nameOf } from './entries.ts';
import { isPlanned, keyOf, type PlannedItem, stands } from './import-plan.ts';
import { type ImportState, linkKey, noteKey, type StoredItem } from './import-state.ts';

interface Planned {
  /** In `import_entries`. */
  name: string;
  outcome: 'created' | 'unchanged' | 'refused';
  reason?: string;
}
export interface PlannedLink extends Planned {
  type: Link['type'];
  created_by?: string | undefined;
  created_at?: string | undefined;
  label: string;
  from?: PlannedItem;
  to?: PlannedItem;
}
export interface PlannedNote extends Planned {
  note: BundleNote;
  item?: PlannedItem | StoredItem;
}

export interface Placed {
  items: ReadonlyMap<string, PlannedItem>;
  state: ImportState;
  target: StoredItem | undefined;
}

/** What becomes of the links of a source, each once. */
export function planLinks(bundle: Bundle, { items, state }: Placed): PlannedLink[] {
  const links = new Map<string, PlannedLink>();
  for (const { from: fromKey, to: toKey, type, created_by, created_at } of bundle.links) {
    const ends = type === 'related' ? [fromKey, toKey].sort() : [fromKey, toKey];
    const name = nameOf('link', type, ...ends);
    const from = items.get(`task ${fromKey}`);
    const to = items.get(`task ${toKey}`);
    const label = `${fromKey} ${type} ${toKey}`;
    const planned = { name, type, label, created_by, created_at };
    const refused = (reason: string) => links.set(name, { ...planned, outcome: 'refused', reason });
    const unfit = [fromKey, toKey].find((_, index) => !stands(index === 0 ? from : to));
    if (fromKey === toKey) refused('a task cannot be linked to itself');
    else if (!from || !to) refused(`there is no task "${from ? toKey : fromKey}" in the source`);
    else if (unfit) refused(`"${unfit}" is refused`);
    else if (state.imported.has(name) || isThere({ from, to, type }, state))
      links.set(name, { ...planned, from, to, outcome: 'unchanged' });
    else if ([from, to].some(({ stored }) => stored?.deleted_at)) refused('one of its ends is deleted here');
    else links.set(name, { ...planned, from, to, outcome: 'created' });
  }
  return [...links.values()];
}

function isThere({ from, to, type }: { from: PlannedItem; to: PlannedItem; type: Link['type'] }, state: ImportState) {
  if (!from.stored || !to.stored) return false;
  return state.links.has(linkKey({ from_task_id: from.stored.id, to_task_id: to.stored.id, type }));
}

/** What becomes of its notes: each is imported once. */
export function planNotes(bundle: Bundle, { items, state, target }: Placed, actor: string): PlannedNote[] {
  const goals = new Set(bundle.goals.map(({ id }) => id));
  const notes = new Map<string, PlannedNote>();
  for (const note of bundle.notes) {
    const name = nameOf('note', note.item, note.author, note.kind, note.created_at, note.body);
    const item =
      target && goals.has(note.item) ? target : (items.get(`task ${note.item}`) ?? items.get(`goal ${note.item}`));
    if (item === undefined || (isPlanned(item) && !stands(item))) {
      const reason = item ? `"${note.item}" is refused` : `there is no "${note.item}" in the source`;
      notes.set(name, { name, note, outcome: 'refused', reason });
      continue;
    }
    const stored = isPlanned(item) ? item.stored : item;
    const created_at = note.created_at === undefined ? Number.NaN : Date.parse(note.created_at);
    const { author = actor, kind, body } = note;
    const isThere =
      stored !== undefined && state.notes.has(noteKey({ item_id: stored.id, author, kind, body, created_at }));
    notes.set(name, { name, note, item, outcome: isThere || state.imported.has(name) ? 'unchanged' : 'created' });
  }
  return [...notes.values()];
}

/** Throws with the path when new links, new sub-tasks or moved tasks close a loop, also one through what is stored. */
export async function refuseCycles(
  at: Queryable,
  items: Iterable<PlannedItem>,
  links: readonly PlannedLink[],
): Promise<void> {
  const placed = [...items].filter(
    ({ entry, outcome, stored, moved }) => entry.kind === 'task' && outcome !== 'refused' && (!stored || moved),
  );
  const added = links.filter(({ outcome, type }) => outcome === 'created' && type === 'blocks');
  const ends = added.flatMap(({ from, to }) => [from, to]);
  const starts = new Set(
    [...ends, ...placed, ...placed.map(({ parent }) => parent)].flatMap((item) => {
      const stored = item && (isPlanned(item) ? item.stored : item);
      return stored ? [stored.id] : [];
    }),
  );
  // A moved task no longer is below its former parent.
  const left = new Set(
    placed.flatMap(({ stored }) => {
      const above = stored?.parent_task_id;
      return stored && above
        ? [`${startOf(above)} ${startOf(stored.id)}`, `${finishOf(stored.id)} ${finishOf(above)}`]
        : [];
    }),
  );
  const reached = starts.size > 0 ? await postgresTasks(at).reach([...starts]) : [];
  const nodes = placed.map((item) => ({ id: keyOf(item), parent: item.parent && keyOf(item.parent) }));
  const edges = added.flatMap(({ from, to }) =>
    from && to ? [{ from_task_id: keyOf(from), to_task_id: keyOf(to), type: 'blocks' as const }] : [],
  );
  const cycle = findCycle([...reached.filter(({ from, to }) => !left.has(`${from} ${to}`)), ...toEdges(nodes, edges)]);
  if (cycle) throw cycleError(cycle.map((key) => key.replace(/^task /, '')));
}
