import { expect, test } from 'vitest';
import type { Logged } from '../src/events/replay.fixture.ts';
import {
  type Answers,
  findDoubleClaims,
  findInexactUndoings,
  findLostUpdates,
  findStaleReads,
  findUnfaithfulLog,
  type Recorded,
  rebuild,
} from './history-checks.fixture.ts';
import { findEarlyStarts, findFeedFaults, findLoop } from './order-checks.fixture.ts';

const first = { goal_id: 'GOAL-0001', task_id: 'TASK-0001', actor: 'ann', undo_of: null };
const second = { ...first, task_id: 'TASK-0002' };
const fields = ['title', 'description', 'status', 'lease_holder', 'tags'];
const free = { status: 'pending', lease_holder: null };
const held = (by: string) => ({ status: 'in_progress', lease_holder: by });

/** Two tasks, two writers of one of them, two claims one after the other, a report under the second: nothing is wrong with it. */
function history() {
  const events: Logged[] = [
    { ...first, id: 1, type: 'task_created', before: null, after: { title: 'w1w', version: 1 } },
    {
      ...second,
      id: 2,
      type: 'task_created',
      before: null,
      after: { title: 'w2w', links: [{ from: 'TASK-0001', type: 'blocks' }], version: 1 },
    },
    { ...first, id: 3, type: 'task_updated', before: { title: 'w1w' }, after: { title: 'w3w', version: 2 } },
    { ...first, id: 4, type: 'task_updated', before: { description: null }, after: { description: 'w4w', version: 3 } },
    { ...first, id: 5, type: 'task_claimed', before: free, after: { ...held('ann'), version: 4 } },
    { ...first, id: 6, type: 'task_released', before: held('ann'), after: { ...free, version: 5 } },
    { ...first, id: 7, type: 'task_claimed', before: free, after: { ...held('bo'), version: 6 } },
    {
      ...first,
      id: 8,
      type: 'task_updated',
      before: held('bo'),
      after: { status: 'completed', lease_holder: null, version: 8 },
    },
    { ...second, id: 10, type: 'task_updated', before: { title: 'w2w' }, after: { title: 'w5w', version: 2 } },
    {
      ...second,
      id: 11,
      type: 'task_updated',
      before: { title: 'w5w' },
      after: { title: 'w2w', version: 3 },
      undo_of: 10,
    },
    { ...second, id: 12, type: 'task_claimed', before: free, after: { ...held('ann'), version: 4 } },
  ];
  const recorded: Recorded & { events: Logged[] } = {
    events,
    rows: [
      {
        id: 'TASK-0001',
        version: 8,
        title: 'w3w',
        description: 'w4w',
        status: 'completed',
        lease_holder: null,
        tags: [],
      },
      { id: 'TASK-0002', version: 4, title: 'w2w', description: null, ...held('ann'), tags: [] },
    ],
    links: [{ from: 'TASK-0001', to: 'TASK-0002', type: 'blocks' }],
  };
  const answers = {
    writes: [
      { id: 'TASK-0001', version: 2, floor: 1, patch: { title: 'w3w' } },
      { id: 'TASK-0001', version: 3, floor: 1, patch: { description: 'w4w' } },
    ],
    reads: [{ id: 'TASK-0001', version: 3, floor: 2, row: { title: 'w3w', description: 'w4w', status: 'pending' } }],
    claims: [
      { id: 'TASK-0001', version: 4, floor: 3, token: 'a' },
      { id: 'TASK-0001', version: 6, floor: 4, token: 'b' },
      { id: 'TASK-0002', version: 4, floor: 1, token: 'c' },
    ],
    reports: [{ id: 'TASK-0001', version: 7, floor: 6, token: 'b' }],
    undoings: [11],
    tally: new Map([['task_created TASK-0001', 1]]),
    refused: new Set(['w9w']),
  } satisfies Answers;
  return { ...recorded, answers };
}

type History = ReturnType<typeof history>;

function faultsOf({ answers, ...recorded }: History): string[] {
  const past = rebuild(recorded.events);
  return [
    ...findUnfaithfulLog(recorded, past, fields),
    ...findLostUpdates(recorded, past, answers),
    ...findInexactUndoings(recorded, past, answers),
    ...findStaleReads(past, answers, fields),
    ...findDoubleClaims(past, answers),
    ...findEarlyStarts(recorded, recorded.events),
    ...findLoop(recorded.rows, recorded.links),
  ];
}

test('a history in which all is well has no faults', () => {
  expect(faultsOf(history())).toEqual([]);
});

const eventOf = ({ events }: History, id: number): Logged => events.find((event) => event.id === id) as Logged;
const drop = (list: { id: number }[], id: number): void =>
  void list.splice(
    list.findIndex((event) => event.id === id),
    1,
  );

const broken: Record<string, [damage: (good: History) => unknown, fault: RegExp]> = {
  'an acknowledged write that left no event': [({ events }) => drop(events, 4), /description to "w4w" is lost/],
  'a write that put back what it had read before another wrote': [
    (good) => Object.assign(eventOf(good, 4), { before: {}, after: { title: 'w1w', description: 'w4w', version: 3 } }),
    /title is "w3w", the log ends at "w1w"/,
  ],
  'a write that put back the field of another and says so': [
    ({ events, rows }) => {
      const [, , , late] = events;
      Object.assign(late?.before ?? {}, { title: 'w3w' });
      Object.assign(late?.after ?? {}, { title: 'w1w' });
      Object.assign(rows[0] ?? {}, { title: 'w1w' });
    },
    /title was changed too/,
  ],
  'a write that put back a key of the metadata that another had set': [
    (good) => {
      Object.assign(eventOf(good, 3), { after: { title: 'w3w', metadata: { mine: 1 }, version: 2 } });
      Object.assign(eventOf(good, 4), { before: { description: null, metadata: { mine: 1 } } });
      Object.assign(eventOf(good, 4), { after: { description: 'w4w', metadata: { yours: 1 }, version: 3 } });
    },
    /mine was changed too/,
  ],
  'a write whose event is right while the row has the other value': [
    ({ rows }) => Object.assign(rows[0] ?? {}, { title: 'w1w' }),
    /title is "w1w", the log ends at "w3w"/,
  ],
  'an event that tells of another value before it': [
    (good) => Object.assign(eventOf(good, 3), { before: { title: 'w0w' } }),
    /event 3, .*title was "w1w", not "w0w"/,
  ],
  'a version that goes back': [
    (good) => Object.assign(eventOf(good, 4), { after: { description: 'w4w', version: 1 } }),
    /event 4, .*version 1 comes after 2/,
  ],
  'a write that is older than what was known before it': [
    ({ answers }) => Object.assign(answers.writes[1] ?? {}, { floor: 3 }),
    /version 3 was known before/,
  ],
  'a refused write that was saved': [
    (good) => Object.assign(eventOf(good, 8), { after: { ...eventOf(good, 8).after, result: 'w9w' } }),
    /event 8: w9w was refused/,
  ],
  'a creation that was acknowledged once and saved twice': [
    ({ events }) => events.splice(1, 0, { ...(events[0] as Logged), before: { title: 'w1w' } }),
    /task_created TASK-0001: acknowledged 1 times, 2 times/,
  ],
  'an undoing that was acknowledged and is not there': [
    (good) => Object.assign(eventOf(good, 11), { undo_of: null }),
    /event 11 was told to be an undoing/,
  ],
  'an undoing that left another value': [
    (good) => Object.assign(eventOf(good, 11), { after: { title: 'w6w', version: 3 } }),
    /title is "w6w", not as before event 10/,
  ],
  'an undoing that changed more than it undid': [
    (good) => Object.assign(eventOf(good, 11), { after: { title: 'w2w', description: 'w6w', version: 3 } }),
    /event 11 of TASK-0002: description is "w6w"/,
  ],
  'a link that the log does not know': [
    ({ events }) => Object.assign(events[1]?.after ?? {}, { links: [] }),
    /links are blocks TASK-0001, the log ends at/,
  ],
  'a claim of what another holds': [
    ({ events }) => drop(events, 6),
    /claimed at version 6 while it was in_progress, held by ann/,
  ],
  'two who were told of one claim': [
    ({ answers }) => answers.claims.push({ id: 'TASK-0001', version: 6, floor: 4, token: 'd' }),
    /at version 6 was claimed 2 times/,
  ],
  'one token for two claims': [
    ({ answers }) => Object.assign(answers.claims[1] ?? {}, { token: 'a' }),
    /2 claims have the token a/,
  ],
  'a claim that nobody was told of': [({ answers }) => answers.claims.pop(), /TASK-0002: nobody was told of the claim/],
  'a claim without an event': [
    ({ events }) => drop(events, 9),
    /TASK-0002 at version 4: there is no event of that claim/,
  ],
  'a late report that was let through': [
    ({ answers }) => Object.assign(answers.reports[0] ?? {}, { token: 'a' }),
    /claim of version 4 ended at 5/,
  ],
  'a read of an old row': [({ answers }) => Object.assign(answers.reads[0] ?? {}, { floor: 4 }), /when 4 was known/],
  'a read of half a change': [
    ({ answers }) => Object.assign(answers.reads[0]?.row ?? {}, { title: 'w1w' }),
    /with title "w1w", never stored so/,
  ],
  'a task that was begun before its blocker was done': [
    (good) => good.events.splice(7, 0, { ...(good.events.pop() as Logged), id: 7.5 }),
    /TASK-0002 was claimed before TASK-0001 was done/,
  ],
  'two tasks that wait for each other': [
    ({ links }) => Object.assign(links, [...links, { from: 'TASK-0002', to: 'TASK-0001', type: 'blocks' }]),
    /the start of TASK-0001 waits for itself/,
  ],
  'a sub-task that waits for its parent': [
    ({ rows }) => Object.assign(rows[1] ?? {}, { parent_task_id: 'TASK-0001' }),
    /the start of TASK-0002 waits for itself/,
  ],
};

for (const [what, [damage, fault]] of Object.entries(broken)) {
  test(`the checks find ${what}`, () => {
    const bad = structuredClone(history());
    damage(bad);
    expect(faultsOf(bad).join('\n')).toMatch(fault);
  });
}

test('the checks of a feed find what was missed, seen twice, out of order or made up', () => {
  expect(findFeedFaults([4, 5, 7], [4, 5, 7])).toEqual([]);
  expect(findFeedFaults([4, 7], [4, 5, 7])).toEqual(['event 5 was missed']);
  expect(findFeedFaults([4, 5, 5, 7], [4, 5, 7])).toEqual(['event 5 was seen 2 times']);
  expect(findFeedFaults([5, 4, 7], [4, 5, 7])).toEqual(['event 4 came after a later one']);
  expect(findFeedFaults([4, 5, 6, 7], [4, 5, 7])).toEqual(['event 6 is not in the log']);
});
