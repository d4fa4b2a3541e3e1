/** A row of the audit log, as it is stored. */
export interface Logged {
  id: number;
  type: string;
  goal_id: string;
  task_id: string | null;
  actor: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  undo_of: number | null;
}

/** An item right after an event that changed it. */
export interface Step {
  event: Logged;
  version: number;
  state: Readonly<Record<string, unknown>>;
}

export interface Replay {
  steps: Step[];
  /** Links to the item, as `type from`, sorted. */
  links: string[];
  /** Where an event contradicts those before it. */
  problems: string[];
}

/** What a row is before anything was said about it. */
const empty = {
  status: 'pending',
  priority: 'medium',
  project: 'default',
  percent: 0,
  metadata: {},
  acceptance: [],
  tags: [],
};

interface LinkFacts {
  from: string;
  type: string;
}

/** Values that mean the same are equal text: times in any spelling, tags in any order, keys in any order. */
export function canonical(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:/.test(value)) return Date.parse(value);
  if (Array.isArray(value)) return value.map(plain).sort();
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([key, inner]) => [key, plain(inner)]);
  }
  return value ?? null;
}

export const itemOf = ({ task_id, goal_id }: Pick<Logged, 'task_id' | 'goal_id'>): string => task_id ?? goal_id;

const aside = new Set(['note_added', 'note_removed', 'task_linked', 'task_unlinked']);

/** Builds one item anew from its events, in the order they were written. */
export function replay(events: readonly Logged[]): Replay {
  const steps: Step[] = [];
  const links = new Set<string>();
  const problems: string[] = [];
  let state: Record<string, unknown> = { ...empty };
  let version = 0;
  for (const event of events) {
    const { type, goal_id, before, after } = event;
    const where = `event ${event.id}, ${type} of ${itemOf(event)}`;
    replayLink(event, links, (problem) => problems.push(`${where}: ${problem}`));
    const made = Number(after?.version ?? version);
    if (made < version) problems.push(`${where}: version ${made} comes after ${version}`);
    version = Math.max(version, made);
    if (aside.has(type)) continue;
    if (type === 'task_created') state.goal_id = goal_id;
    for (const [field, value] of Object.entries(before ?? {})) {
      if (field === 'lease_until' || !(field in state) || canonical(value) === canonical(state[field])) continue;
      problems.push(`${where}: ${field} was ${JSON.stringify(state[field])}, not ${JSON.stringify(value)}`);
    }
    state = { ...state, ...after };
    steps.push({ event, version, state });
  }
  return { steps, links: [...links].sort(), problems };
}

function replayLink({ type, before, after }: Logged, links: Set<string>, problem: (text: string) => void): void {
  const nameOf = (link: LinkFacts): string => `${link.type} ${link.from}`;
  if (type === 'task_created') for (const link of (after?.links ?? []) as LinkFacts[]) links.add(nameOf(link));
  if (type === 'task_linked') links.add(nameOf(after?.link as LinkFacts));
  if (type === 'task_unlinked' && !links.delete(nameOf(before?.link as LinkFacts))) problem('there was no such link');
}
