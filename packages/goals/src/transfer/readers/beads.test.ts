import { expect, test } from 'vitest';
import { readText, refusal } from './read.fixture.ts';

const issue = (id: string, fields: Record<string, unknown> = {}) => ({
  id,
  title: `Title of ${id}`,
  description: '',
  status: 'open',
  priority: 2,
  issue_type: 'task',
  created_at: '2026-01-13T08:44:50.145364+11:00',
  updated_at: '2026-01-14T08:44:50.145364+11:00',
  ...fields,
});
const depends = (issueId: string, on: string, type = 'blocks') => ({
  issue_id: issueId,
  depends_on_id: on,
  type,
  created_at: '2026-01-13T08:44:50.145775+11:00',
  created_by: 'daemon',
});
const beads = (...issues: unknown[]) =>
  readText(issues.map((entry) => JSON.stringify(entry)).join('\n'), 'issues.jsonl');

test('an issue keeps its texts, people, times and labels', () => {
  const { bundle, warnings, format } = beads(
    issue('bd-7h7', {
      description: 'It shows old counts.',
      design: 'Stop the daemon first.',
      acceptance_criteria: '- [ ] Counts are right\n- [ ] No daemon runs',
      notes: 'Seen twice.',
      status: 'closed',
      priority: 0,
      issue_type: 'bug',
      assignee: 'anna',
      labels: ['cli'],
      estimated_minutes: 30,
      external_ref: 'gh-9',
      closed_at: '2026-01-15T00:00:00Z',
      close_reason: 'Fixed',
      comments: [{ id: 1, issue_id: 'bd-7h7', author: 'bob', text: 'Me too', created_at: '2026-01-13T10:00:00Z' }],
    }),
  );
  expect(format).toBe('beads');
  expect(warnings).toEqual([]);
  expect(bundle.tasks).toEqual([
    {
      id: 'bd-7h7',
      title: 'Title of bd-7h7',
      status: 'completed',
      priority: 'critical',
      description: 'It shows old counts.\n\n## Design\n\nStop the daemon first.',
      acceptance: ['Counts are right', 'No daemon runs'],
      assignee: 'anna',
      tags: ['cli', 'bug'],
      estimate_minutes: 30,
      external_ref: 'gh-9',
      result: { close_reason: 'Fixed' },
      created_at: '2026-01-12T21:44:50.145Z',
      completed_at: '2026-01-15T00:00:00.000Z',
      metadata: { beads: { issue_type: 'bug', updated_at: '2026-01-14T08:44:50.145364+11:00' } },
    },
  ]);
  expect(bundle.notes).toEqual([
    { item: 'bd-7h7', kind: 'note', body: 'Seen twice.' },
    { item: 'bd-7h7', kind: 'note', body: 'Me too', author: 'bob', created_at: '2026-01-13T10:00:00.000Z' },
  ]);
});

test('dependencies become links in their direction, and parent-child the tree', () => {
  const { bundle, warnings } = beads(
    issue('bd-a.1', { dependencies: [depends('bd-a.1', 'bd-a', 'parent-child')] }),
    issue('bd-a', { issue_type: 'epic' }),
    issue('bd-b', {
      dependencies: [
        depends('bd-b', 'bd-a.1'),
        depends('bd-b', 'bd-c', 'related'),
        depends('bd-b', 'bd-c', 'discovered-from'),
        depends('bd-b', 'bd-c', 'tracks'),
        depends('bd-b', 'external:other:x-1'),
      ],
    }),
    issue('bd-c'),
  );
  expect(bundle.goals.map(({ id }) => id)).toEqual(['bd-a']);
  expect(bundle.tasks.map(({ id, goal }) => [id, goal])).toEqual([
    ['bd-a.1', 'bd-a'],
    ['bd-b', undefined],
    ['bd-c', undefined],
  ]);
  expect(bundle.links).toEqual([
    { from: 'bd-a.1', to: 'bd-b', type: 'blocks' },
    { from: 'bd-b', to: 'bd-c', type: 'related' },
    { from: 'bd-b', to: 'bd-c', type: 'discovered_from' },
  ]);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('"tracks" to "bd-c" has no place'),
    expect.stringContaining('"external:other:x-1" is not in the file'),
  ]);
  expect(bundle.tasks[1]?.metadata?.beads).toMatchObject({ links_left_out: ['blocks external:other:x-1'] });
});

test('an epic that waits, and one inside another, are tasks with sub-tasks', () => {
  const { bundle } = beads(
    issue('bd-1', { issue_type: 'epic' }),
    issue('bd-2', { issue_type: 'epic', dependencies: [depends('bd-2', 'bd-3')] }),
    issue('bd-3', { issue_type: 'epic', dependencies: [depends('bd-3', 'bd-1', 'parent-child')] }),
    issue('bd-4', { dependencies: [depends('bd-4', 'bd-3', 'parent-child')] }),
  );
  expect(bundle.goals.map(({ id }) => id)).toEqual(['bd-1']);
  expect(bundle.tasks.map(({ id, goal, parent }) => [id, goal, parent])).toEqual([
    ['bd-2', undefined, undefined],
    ['bd-3', 'bd-1', undefined],
    ['bd-4', 'bd-1', 'bd-3'],
  ]);
  expect(bundle.links).toEqual([{ from: 'bd-3', to: 'bd-2', type: 'blocks' }]);
});

test('a tombstone is deleted, the backlog is low, other statuses are kept by name', () => {
  const { bundle, warnings } = beads(
    issue('bd-1', { status: 'tombstone', deleted_at: '2026-01-17T16:11:17.070763-08:00', deleted_by: 'batch delete' }),
    issue('bd-2', { status: 'blocked', priority: 4 }),
    issue('bd-3', { status: 'triage', priority: 9 }),
  );
  expect(bundle.tasks[0]).toMatchObject({ status: 'cancelled', deleted_at: '2026-01-18T00:11:17.070Z' });
  expect(bundle.tasks[1]).toMatchObject({
    status: 'pending',
    priority: 'low',
    metadata: { beads: { status: 'blocked', priority: 4 } },
  });
  expect(warnings.map(({ at, message }) => `${at}: ${message}`)).toEqual([
    'issues.jsonl line 3 (bd-3): unknown priority 9: kept in metadata.',
    'issues.jsonl line 3 (bd-3): unknown status "triage": taken as pending.',
  ]);
});

test('a loop of parents is cut where it begins, and told', () => {
  const { bundle, warnings } = beads(
    issue('bd-3', { dependencies: [depends('bd-3', 'bd-1', 'parent-child')] }),
    issue('bd-1', { dependencies: [depends('bd-1', 'bd-2', 'parent-child')] }),
    issue('bd-2', { dependencies: [depends('bd-2', 'bd-1', 'parent-child')] }),
  );
  expect(bundle.tasks).toHaveLength(3);
  expect(bundle.tasks.filter(({ parent }) => parent === undefined)).toHaveLength(1);
  expect(warnings).toEqual([{ at: expect.any(String), message: expect.stringContaining('form a loop') }]);
});

test('a broken line is refused by its number, and the same id twice with both places', () => {
  const line = JSON.stringify(issue('bd-1'));
  const read = (text: string) => refusal({ files: [{ name: 'issues.jsonl', text }] });
  expect(read(`${line}\n\n{"id":"bd-2",\n`)).toContain('issues.jsonl line 3: not valid JSON');
  expect(read(`${line}\n${line}`)).toContain('"bd-1" at issues.jsonl line 1 (bd-1) and at issues.jsonl line 2 (bd-1)');
  expect(read(`${line}\n{"title":"x"}`)).toBe('issues.jsonl line 2: has no id.');
});

test('metadata that is too large goes to notes', () => {
  const { bundle, warnings } = beads(issue('bd-1', { payload: 'x'.repeat(70_000), rig: 'a' }));
  expect(bundle.tasks[0]?.metadata?.beads).toMatchObject({ rig: 'a' });
  expect(bundle.notes.map(({ body }) => body).join('')).toBe(`beads payload: "${'x'.repeat(70_000)}"`);
  expect(warnings).toHaveLength(1);
});
