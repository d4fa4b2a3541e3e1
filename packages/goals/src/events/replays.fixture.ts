import { expect } from 'vitest';
import type { Goal } from '../goals/types.ts';
import type { Task } from '../tasks/types.ts';
import { goalFields, taskFields } from '../work/recorded.ts';
import type { TestStore } from '../work/store.fixture.ts';
import { canonical, itemOf, type Logged, replay } from './replay.fixture.ts';

interface NoteFacts {
  note_id: number;
  kind: string;
  body: string;
}

/** Notes that the log of an item ends with. */
function replayNotes(events: readonly Logged[]): NoteFacts[] {
  const notes = new Map<number, NoteFacts>();
  for (const { type, before, after } of events) {
    const { note_id, kind, body } = (after ?? {}) as unknown as NoteFacts;
    if (type === 'note_added') notes.set(note_id, { note_id, kind, body });
    if (type === 'note_removed') expect(notes.delete(Number(before?.note_id))).toBe(true);
  }
  return [...notes.values()].sort((a, b) => a.note_id - b.note_id);
}

/** The log of every goal and task ends at what is stored. */
export async function expectReplays(here: TestStore): Promise<void> {
  const ids = (await here.sql<{ id: string }>('SELECT id FROM goals UNION ALL SELECT id FROM tasks')).map(
    ({ id }) => id,
  );
  const rows: (Goal | Task)[] = [...(await here.store.goals.get(ids)), ...(await here.store.tasks.get(ids))];
  expect(rows.length).toBeGreaterThan(0);
  const events = Map.groupBy(
    await here.sql<Logged>('SELECT id, type, goal_id, task_id, actor, before, after, undo_of FROM events ORDER BY id'),
    itemOf,
  );
  for (const row of rows) {
    const own = events.get(row.id) ?? [];
    const { steps, links, problems } = replay(own);
    expect(problems).toEqual([]);
    const state = steps.at(-1)?.state ?? {};
    for (const field of row.id.startsWith('GOAL') ? goalFields : taskFields) {
      const value = canonical((row as unknown as Record<string, unknown>)[field]);
      expect({ id: row.id, field, value: canonical(state[field]) }).toEqual({ id: row.id, field, value });
    }
    const stored = await here.sql<{ link: string }>(
      "SELECT type || ' ' || from_task_id AS link FROM task_links WHERE to_task_id = $1 ORDER BY 1",
      [row.id],
    );
    expect({ id: row.id, links }).toEqual({ id: row.id, links: stored.map(({ link }) => link).sort() });
    const notes = await here.sql<NoteFacts>(
      'SELECT id AS note_id, kind, body FROM notes WHERE coalesce(task_id, goal_id) = $1 ORDER BY id',
      [row.id],
    );
    expect({ id: row.id, notes: replayNotes(own) }).toEqual({ id: row.id, notes });
  }
}
