import { canonical, itemOf, type Logged, type Replay, replay, type Step } from '../src/events/replay.fixture.ts';

/** The store as it is: rows with their tags, links, and the whole log in the order of its ids. */
export interface Recorded {
  events: readonly Logged[];
  rows: readonly StoredRow[];
  links: readonly StoredLink[];
}

export type StoredRow = Readonly<Record<string, unknown>> & { id: string; version: number };

export interface StoredLink {
  from: string;
  to: string;
  type: string;
}

/** What a client was told. `floor` is the highest version of the item that any client had been told of before the call was sent. */
interface Told {
  id: string;
  version: number;
  floor: number;
}

/** An acknowledged change: the fields that it named. */
export interface Write extends Told {
  patch: Readonly<Record<string, unknown>>;
}

/** An item that was read in full. */
export interface Read extends Told {
  row: Readonly<Record<string, unknown>>;
}

export interface Claim extends Told {
  token: string;
}

/** An accepted report under a token. */
export type Report = Claim;

/** What all clients together were told. */
export interface Answers {
  writes: readonly Write[];
  reads: readonly Read[];
  claims: readonly Claim[];
  reports: readonly Report[];
  /** Events that an acknowledged undoing has written. */
  undoings: readonly number[];
  /** How often something was acknowledged, by `type id` of its event; undoings apart. */
  tally: ReadonlyMap<string, number>;
  /** Words that only calls that were refused have written. */
  refused: ReadonlySet<string>;
}

export type Past = ReadonlyMap<string, Replay>;

/** Every item built anew from the log. */
export function rebuild(events: readonly Logged[]): Past {
  const byItem = Map.groupBy(events, itemOf);
  return new Map([...byItem].map(([id, own]) => [id, replay(own)]));
}

/** The log, replayed from nothing, contradicts itself or ends elsewhere than the store. */
export function findUnfaithfulLog({ rows, links }: Recorded, past: Past, fields: readonly string[]): string[] {
  const problems = [...past.values()].flatMap((item) => item.problems);
  const stored = Map.groupBy(links, ({ to }) => to);
  for (const row of rows) {
    const { steps = [], links: replayed = [] } = past.get(row.id) ?? {};
    const state = steps.at(-1)?.state ?? {};
    for (const field of fields) {
      if (!(field in row) || canonical(row[field]) === canonical(state[field])) continue;
      problems.push(
        `${row.id}: ${field} is ${JSON.stringify(row[field])}, the log ends at ${JSON.stringify(state[field])}`,
      );
    }
    const now = (stored.get(row.id) ?? []).map(({ type, from }) => `${type} ${from}`).sort();
    if (canonical(now) !== canonical(replayed))
      problems.push(`${row.id}: links are ${now}, the log ends at ${replayed}`);
  }
  return problems;
}

/** The last step at or below a version. */
function stepAt(past: Past, { id, version }: { id: string; version: number }): Step | undefined {
  return past.get(id)?.steps.findLast((step) => step.version <= version);
}

/** Acknowledged changes that the log does not have, answers older than what was known already, refused changes that were saved. */
export function findLostUpdates({ events }: Pick<Recorded, 'events'>, past: Past, answers: Answers): string[] {
  const problems: string[] = [];
  for (const write of answers.writes) {
    const { id, version, floor, patch } = write;
    const { state = {}, version: made, event } = stepAt(past, write) ?? {};
    const where = `${id} at version ${version}`;
    if (version <= floor) problems.push(`${where}: version ${floor} was known before that change was sent`);
    if (made === undefined) problems.push(`${where}: there is no event of that change`);
    for (const [field, value] of Object.entries(patch)) {
      if (!holds(state, patch, field))
        problems.push(`${where}: the change of ${field} to ${JSON.stringify(value)} is lost`);
    }
    for (const field of event && made === version ? unasked(event, patch) : [])
      problems.push(`${where}: ${field} was changed too, which nobody asked for`);
  }
  const logged = Map.groupBy(
    events.filter(({ undo_of }) => undo_of === null),
    (event) => `${event.type} ${itemOf(event)}`,
  );
  for (const [key, times] of answers.tally) {
    const found = logged.get(key)?.length ?? 0;
    if (found !== times) problems.push(`${key}: acknowledged ${times} times, ${found} times in the log`);
  }
  for (const { id, after } of events) {
    const words = JSON.stringify(after).match(/\bw\d+w\b/g) ?? [];
    for (const word of words) if (answers.refused.has(word)) problems.push(`event ${id}: ${word} was refused`);
  }
  return problems;
}

/** What only a caller changes: never a consequence of something else. */
const ownFields = new Set([
  ...['title', 'description', 'priority', 'due_at', 'position', 'estimate_minutes', 'acceptance', 'external_ref'],
  ...['assignee', 'metadata', 'tags'],
]);

/** Fields, keys of the metadata and tags that an event changed beyond the patch: those of another writer, put back. */
function unasked({ type, before, after }: Logged, patch: Write['patch']): string[] {
  if (type.endsWith('_created')) return [];
  const keysOf = (value: unknown): string[] => Object.keys((value ?? {}) as object);
  const tags = [...((patch.add_tags ?? []) as string[]), ...((patch.remove_tags ?? []) as string[])];
  const asked = [...keysOf(patch), ...keysOf(patch.metadata), ...tags.map((tag) => tag.toLowerCase())];
  const was = (before?.metadata ?? {}) as Record<string, unknown>;
  const is = (after?.metadata ?? {}) as Record<string, unknown>;
  const touched = [...keysOf(was), ...keysOf(is)].filter((key) => canonical(was[key]) !== canonical(is[key]));
  const tagsOf = (list: unknown) => new Set(((list ?? []) as string[]).map((tag) => tag.toLowerCase()));
  const retagged = tagsOf(before?.tags).symmetricDifference(tagsOf(after?.tags));
  const changed = keysOf(after).filter((field) => ownFields.has(field) && field !== 'metadata' && field !== 'tags');
  return [...changed, ...touched, ...retagged].filter((field) => !asked.includes(field));
}

/** Whether a state is as a patch of `update_items` asks. */
function holds(state: Readonly<Record<string, unknown>>, patch: Write['patch'], field: string): boolean {
  const value = patch[field];
  const tags = ((state.tags ?? []) as string[]).map((tag) => tag.toLowerCase());
  const added = ((patch.add_tags ?? []) as string[]).map((tag) => tag.toLowerCase());
  // Removing comes first, so that a call may have a tag spelled anew.
  const removed = ((patch.remove_tags ?? []) as string[]).map((tag) => tag.toLowerCase());
  if (field === 'add_tags') return added.every((tag) => tags.includes(tag));
  if (field === 'remove_tags') return !removed.some((tag) => tags.includes(tag) && !added.includes(tag));
  if (field !== 'metadata') return canonical(state[field]) === canonical(value);
  const metadata = (state.metadata ?? {}) as Record<string, unknown>;
  return Object.entries(value as object).every(([key, inner]) => canonical(metadata[key]) === canonical(inner));
}

/** Rows that were read and never were, or were old when they were asked for. */
export function findStaleReads(past: Past, { reads }: Pick<Answers, 'reads'>, fields: readonly string[]): string[] {
  return reads.flatMap((read) => {
    const { id, version, floor, row } = read;
    const where = `${id} was read at version ${version}`;
    const { state = {} } = stepAt(past, read) ?? {};
    const torn = fields.filter((field) => canonical(shown(row[field])) !== canonical(shown(state[field])));
    return [
      ...(version < floor ? [`${where} when ${floor} was known`] : []),
      ...torn.map((field) => `${where} with ${field} ${JSON.stringify(row[field])}, never stored so`),
    ];
  });
}

/** Answers leave out what says nothing. */
const shown = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0 && !(value instanceof Date)
    ? null
    : value;

/** Undoings that the log does not have, and items that they left otherwise than before what they undid. */
export function findInexactUndoings(
  { events }: Pick<Recorded, 'events'>,
  past: Past,
  { undoings }: Pick<Answers, 'undoings'>,
): string[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const lost = undoings.filter((id) => (byId.get(id)?.undo_of ?? null) === null);
  const steps = [...past.values()].flatMap((item) => item.steps);
  return [
    ...lost.map((id) => `event ${id} was told to be an undoing`),
    ...steps.flatMap(({ event, state }) => {
      const undone = byId.get(event.undo_of ?? 0);
      const faults = undone ? otherThanBefore(undone, { event, state }) : [];
      return faults.map(
        (field) =>
          `event ${event.id} of ${itemOf(event)}: ${field} is ${JSON.stringify(state[field])}, not as before event ${undone?.id}, ${undone?.type} from ${JSON.stringify(undone?.before)} to ${JSON.stringify(undone?.after)}`,
      );
    }),
  ];
}

/** Of a lease, and of the row itself; the project of a task is its goal's. */
const notUndone = new Set(['version', 'lease_holder', 'lease_until', 'project']);

function otherThanBefore(undone: Logged, { event, state }: Pick<Step, 'event' | 'state'>): string[] {
  if (undone.type.endsWith('_created')) return state.deleted_at ? [] : ['deleted_at'];
  // A goal stays in progress while other tasks of it are: its undoing is written down and changes nothing.
  const told = Object.keys(event.after ?? {}).filter((field) => field !== 'version');
  if (undone.task_id === null && undone.after?.status === 'in_progress' && told.length === 0) return [];
  const before = undone.before ?? {};
  // A lease does not come back: work that was under one is free again.
  const status = before.lease_holder != null && before.status === 'in_progress' ? 'pending' : before.status;
  const wanted = Object.entries({ ...before, status }).filter(
    ([field, value]) =>
      value !== undefined && !notUndone.has(field) && canonical(value) !== canonical(undone.after?.[field]),
  );
  // What is deleted again is nobody's work any more.
  const freed = event.before?.lease_holder != null && state.status === 'pending' ? 'status' : '';
  const more = Object.keys(event.after ?? {}).filter(
    (field) => !(field in before) && !notUndone.has(field) && field !== freed,
  );
  return [
    ...wanted.filter(([field, value]) => canonical(state[field]) !== canonical(value)).map(([field]) => field),
    ...more,
  ];
}

/** Claims of what another held, claims told twice or never, and reports that were accepted after their claim had ended. */
export function findDoubleClaims(past: Past, { claims, reports }: Pick<Answers, 'claims' | 'reports'>): string[] {
  const problems: string[] = [];
  const told = Map.groupBy(claims, ({ id, version }) => `${id} at version ${version}`);
  for (const [key, all] of told) if (all.length > 1) problems.push(`${key} was claimed ${all.length} times`);
  const tokens = Map.groupBy(claims, ({ token }) => token);
  for (const [token, all] of tokens) if (all.length > 1) problems.push(`${all.length} claims have the token ${token}`);
  const held = new Map([...past].map(([id, { steps }]) => [id, periodsOf(id, steps, problems)]));
  for (const [id, periods] of held) {
    for (const { from } of periods)
      if (!told.delete(`${id} at version ${from}`))
        problems.push(`${id}: nobody was told of the claim at version ${from}`);
  }
  for (const key of told.keys()) problems.push(`${key}: there is no event of that claim`);
  for (const { id, token, version } of reports) {
    const from = tokens.get(token)?.[0]?.version;
    const period = held.get(id)?.find((candidate) => candidate.from === from);
    if (period && version > period.from && version <= period.to) continue;
    problems.push(
      `${id}: a report at version ${version} was accepted, though its claim of version ${from} ended at ${period?.to}`,
    );
  }
  return problems;
}

interface Period {
  from: number;
  to: number;
}

/** From each claim to the change that ended it. */
function periodsOf(id: string, steps: readonly Step[], problems: string[]): Period[] {
  const periods: Period[] = [];
  let current: Period | undefined;
  for (const [index, { event, version, state }] of steps.entries()) {
    if (event.type === 'task_claimed') {
      const { status, lease_holder } = steps[index - 1]?.state ?? {};
      if (current || status !== 'pending' || lease_holder)
        problems.push(`${id}: claimed at version ${version} while it was ${status}, held by ${lease_holder}`);
      current = { from: version, to: Number.POSITIVE_INFINITY };
      periods.push(current);
    } else if (current && (state.status !== 'in_progress' || !state.lease_holder)) {
      current.to = version;
      current = undefined;
    }
  }
  return periods;
}
