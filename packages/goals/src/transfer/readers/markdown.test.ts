import { expect, test } from 'vitest';
import { read } from './index.ts';
import { readText, refusal } from './read.fixture.ts';

const markdown = (text: string) => readText(text, 'TODO.md', 'markdown');
const tasksOf = (text: string) => markdown(text).bundle.tasks;
const outline = (text: string) => tasksOf(text).map(({ title, status, parent }) => [title, status, parent]);

test('a plain TODO.md: the first heading is a goal, deeper ones are parent tasks, text is a description', () => {
  const { bundle, warnings } = markdown(
    [
      '# Ship version 2 #release',
      'What this is about.',
      '',
      '## Backend',
      'Notes on the backend.',
      '- [ ] Write the API',
      '  More about it',
      '  - curl works',
      '  - [x] Pick a framework',
      '- [x] Set up the database',
      '## Website',
      '* [X] Landing page',
    ].join('\n'),
  );
  expect(warnings).toEqual([]);
  expect(bundle.goals).toEqual([
    {
      id: 'Ship version 2',
      title: 'Ship version 2',
      status: 'pending',
      description: 'What this is about.',
      tags: ['release'],
    },
  ]);
  expect(bundle.tasks.map(({ id, status, description, goal }) => [id, status, description, goal])).toEqual([
    ['Ship version 2 / Backend', 'pending', 'Notes on the backend.', 'Ship version 2'],
    ['Ship version 2 / Backend / Write the API', 'pending', 'More about it\n- curl works', 'Ship version 2'],
    ['Ship version 2 / Backend / Write the API / Pick a framework', 'completed', undefined, 'Ship version 2'],
    ['Ship version 2 / Backend / Set up the database', 'completed', undefined, 'Ship version 2'],
    ['Ship version 2 / Website', 'completed', undefined, 'Ship version 2'],
    ['Ship version 2 / Website / Landing page', 'completed', undefined, 'Ship version 2'],
  ]);
});

test('marks of GitHub, Obsidian and agents are statuses; another one is told and kept', () => {
  const text = '- [ ] a\n* [x] b\n+ [X] c\n1. [/] d\n2) [~] e\n- [-] f\n- [] g\n- [?] h\n- [@] i\n- [link](x)';
  expect(outline(text).map(([title, status]) => `${title} ${status}`)).toEqual([
    'a pending',
    'b completed',
    'c completed',
    'd in_progress',
    'e in_progress',
    'f cancelled',
    'g pending',
    'h pending',
    'i in_progress',
  ]);
  const { bundle, warnings } = markdown('\n- [?] h');
  expect(warnings).toEqual([{ at: 'TODO.md line 2', message: 'unknown mark [?]: taken as pending.' }]);
  expect(bundle.tasks[0]?.metadata).toEqual({ markdown: { mark: '?' } });
});

test.each([
  ['two spaces', '  '],
  ['three spaces', '   '],
  ['four spaces', '    '],
  ['a tab', '\t'],
])('nesting by %s', (_, step) => {
  const text = `- [ ] a\n${step}- [ ] b\n${step.repeat(2)}- [ ] c\n${step}- [ ] d\n- [ ] e`;
  expect(outline(text).map(([title, , parent]) => [title, parent])).toEqual([
    ['a', undefined],
    ['b', 'a'],
    ['c', 'a / b'],
    ['d', 'a'],
    ['e', undefined],
  ]);
});

test('a numbered list nests below a bullet, and one column more is not below', () => {
  expect(outline('1. [ ] a\n   1. [ ] b\n- [ ] c\n - [ ] d').map(([title, , parent]) => [title, parent])).toEqual([
    ['a', undefined],
    ['b', 'a'],
    ['c', undefined],
    ['d', undefined],
  ]);
});

test('columns such as "In progress" and "Done" say a status and are no entries', () => {
  const { bundle, warnings } = markdown(
    '# Board\n### Todo\n- [ ] a\n### In Progress\n- [ ] b\n### Done ✓\n- [x] c\n- [ ] d',
  );
  expect(bundle.tasks.map(({ id, status }) => [id, status])).toEqual([
    ['Board / a', 'pending'],
    ['Board / b', 'in_progress'],
    ['Board / c', 'completed'],
    ['Board / d', 'pending'],
  ]);
  expect(warnings).toEqual([{ at: 'TODO.md line 8', message: expect.stringContaining('empty box') }]);
});

test('a plain entry above tasks is their parent, any other is text', () => {
  const { bundle } = markdown('# G\n- Intro\n- Group\n  - [x] a\n- Outro');
  expect(bundle.goals[0]?.description).toBe('- Intro\n- Outro');
  expect(bundle.tasks.map(({ title, parent, status }) => [title, parent, status])).toEqual([
    ['Group', undefined, 'completed'],
    ['a', 'G / Group', 'completed'],
  ]);
});

test('a line says its tags, person, dates and priority', () => {
  const [task, obsidian, dataview] = tasksOf(
    [
      '- [ ] Fix #login on v2.1 (due: 2026-03-01) (priority: urgent) #bug #v1.2 @anna',
      '- [x] Pay rent 🔺 🔁 every month 🛫 2026-02-20 📅 2026-03-02 ➕ 2026-01-01 ✅ 2026-02-28 ⏳ 2026-02-25 ^b1',
      '- [ ] Call [due:: 2026-04-05] `#notag 📅 2026-01-01` #12',
    ].join('\n'),
  );
  expect(task).toMatchObject({
    title: 'Fix #login on v2.1',
    tags: ['login', 'bug', 'v1.2'],
    assignee: 'anna',
    priority: 'critical',
  });
  expect(task?.due_at).toBe('2026-03-01T00:00:00.000Z');
  expect(obsidian).toMatchObject({
    title: 'Pay rent',
    priority: 'critical',
    defer_until: '2026-02-20T00:00:00.000Z',
    due_at: '2026-03-02T00:00:00.000Z',
    created_at: '2026-01-01T00:00:00.000Z',
    completed_at: '2026-02-28T00:00:00.000Z',
    metadata: { markdown: { recurrence: 'every month', scheduled: '2026-02-25', block: 'b1' } },
  });
  expect(dataview).toMatchObject({ title: 'Call `#notag 📅 2026-01-01` #12', due_at: '2026-04-05T00:00:00.000Z' });
  expect(dataview?.tags).toBeUndefined();
});

test('Obsidian ids and dependencies become keys and links', () => {
  const { bundle, warnings } = markdown('- [ ] first 🆔 dcf64c\n- [ ] then ⛔ dcf64c,gone');
  expect(bundle.links).toEqual([{ from: 'dcf64c', to: 'then', type: 'blocks' }]);
  expect(warnings).toEqual([{ at: 'TODO.md line 2', message: expect.stringContaining('"gone" is not in the file') }]);
});

test('a date that does not exist is told and kept', () => {
  const { bundle, warnings } = markdown('- [ ] a 📅 2026-02-30');
  expect(warnings).toHaveLength(1);
  expect(bundle.tasks[0]).toMatchObject({ title: 'a', metadata: { markdown: { due_at: '2026-02-30' } } });
});

test('our own export is read back: ids, facts, check list and notes', () => {
  const { bundle, warnings } = markdown(
    [
      '# GOAL-0003 Ship it (priority: high) (due: 2026-04-01) #web',
      '',
      '_in_progress, project shop_',
      '',
      'The whole story.',
      '',
      '- [~] TASK-0007 Write #1 (blocked by: TASK-0008, TASK-0009) (priority: low) (due: 2026-03-01T10:00:00.000Z) (assignee: Anna B) #api #v2',
      '',
      '  _40 %, 90 min, related TASK-0009_',
      '',
      '  Line one',
      '  \\- [ ] not a task',
      '',
      '  - a bullet',
      '',
      '  Done when:',
      '',
      '  - It answers',
      '  - \\[x] is read',
      '',
      '  > **decision** by anna, 2026-02-01T10:00:00.000Z: Use Hono',
      '  > because',
      '  - [-] TASK-0008 Choose',
      '- [ ] **task-9**: Brackets (as a rule)',
    ].join('\n'),
  );
  expect(warnings).toEqual([]);
  expect(bundle.goals[0]).toMatchObject({
    id: 'GOAL-0003',
    title: 'Ship it',
    status: 'in_progress',
    priority: 'high',
    project: 'shop',
    description: 'The whole story.',
    tags: ['web'],
  });
  expect(bundle.tasks).toMatchObject([
    {
      id: 'TASK-0007',
      title: 'Write #1',
      status: 'in_progress',
      priority: 'low',
      percent: 40,
      estimate_minutes: 90,
      assignee: 'Anna B',
      tags: ['api', 'v2'],
      description: 'Line one\n- [ ] not a task\n\n- a bullet',
      acceptance: ['It answers', '[x] is read'],
    },
    { id: 'TASK-0008', title: 'Choose', status: 'cancelled', parent: 'TASK-0007' },
    { id: 'TASK-0009', title: 'Brackets (as a rule)' },
  ]);
  expect(bundle.links).toEqual([
    { from: 'TASK-0008', to: 'TASK-0007', type: 'blocks' },
    { from: 'TASK-0009', to: 'TASK-0007', type: 'blocks' },
    { from: 'TASK-0009', to: 'TASK-0007', type: 'related' },
  ]);
  expect(bundle.notes).toMatchObject([
    { item: 'TASK-0007', kind: 'decision', author: 'anna', body: 'Use Hono\nbecause' },
  ]);
});

test('fences and comments hold no tasks; an open comment is told', () => {
  const text =
    '- [ ] a <!-- x --> b\n  ```\n  - [ ] no\n  ```\n~~~\n- [ ] no\n~~~\n<!--\n- [ ] no\n-->\n- [ ] c `<!-- d`\n<!-- open\n- [ ] no';
  const { bundle, warnings } = markdown(text);
  expect(bundle.tasks.map(({ title }) => title)).toEqual(['a b', 'c `<!-- d`']);
  expect(bundle.tasks[0]?.description).toBe('```\n- [ ] no\n```\n~~~\n- [ ] no\n~~~');
  expect(warnings).toEqual([{ at: 'TODO.md line 12', message: expect.stringContaining('never ends') }]);
});

test('Windows line ends, a byte order mark, front matter and underlined headings', () => {
  const { bundle, warnings } = markdown(
    '\uFEFF---\r\naliases: [x]\r\n---\r\nPlan\r\n====\r\n\r\nPart\r\n----\r\n- [ ] a\r\n',
  );
  expect(bundle.goals.map(({ title }) => title)).toEqual(['Plan']);
  expect(bundle.tasks.map(({ id }) => id)).toEqual(['Plan / Part', 'Plan / Part / a']);
  expect(warnings).toEqual([{ at: 'TODO.md line 1', message: expect.stringContaining('front matter') }]);
});

test('keys stay the same when something else changes, and same titles get a number', () => {
  const before = tasksOf('# G\n## A\n- [ ] x\n- [ ] x\n').map(({ id }) => id);
  const after = tasksOf('# G\n\ntext\n- [ ] new\n## B\n- [ ] x\n## A\n- [x] x #done 📅 2026-01-01\n- [ ] x').map(
    ({ id }) => id,
  );
  expect(before).toEqual(['G / A', 'G / A / x', 'G / A / x #2']);
  expect(after).toEqual(expect.arrayContaining(before));
  const long = tasksOf(`# ${'long '.repeat(30)}\n- [ ] ${'title '.repeat(30)}`)[0]?.id ?? '';
  expect(long).toMatch(/^long .*~[0-9a-f]{24}$/);
});

test('files of one import are told apart by their names', () => {
  const files = ['a/TODO.md', 'b/TODO.md'].map((name) => ({ name, text: '# G\n- [ ] x' }));
  expect(read({ files }).bundle.tasks.map(({ id }) => id)).toEqual(['a/TODO.md / G / x', 'b/TODO.md / G / x']);
});

test('a title that is too long is cut, and stands whole in the description', () => {
  const title = `${'ä'.repeat(300)} end`;
  const { bundle, warnings } = markdown(`- [ ] ${title}\n  more`);
  expect([...(bundle.tasks[0]?.title ?? '')]).toHaveLength(200);
  expect(bundle.tasks[0]?.description).toBe(`${title}\n\nmore`);
  expect(warnings).toHaveLength(1);
});

test('a description that is too long goes on in notes', () => {
  const { bundle, warnings } = markdown(`- [ ] a\n  ${'😀'.repeat(15_000)}`);
  const text = `${bundle.tasks[0]?.description}${bundle.notes.map(({ body }) => body).join('')}`;
  expect(text).toBe('😀'.repeat(15_000));
  expect(warnings).toHaveLength(1);
});

test('an id that stands twice is refused with both lines', () => {
  const files = [{ name: 'a.md', text: '- [ ] TASK-1 a\n\n- [ ] TASK-0001 b' }];
  expect(refusal({ files })).toContain('"TASK-0001" at a.md line 1 and at a.md line 3');
});

test('text without a place is told', () => {
  expect(markdown('Hello\n\n- [ ] a').warnings).toEqual([
    { at: 'TODO.md line 1', message: expect.stringContaining('left out (1 places') },
  ]);
});

test('more than eight levels are flattened to eight, and told', () => {
  const { bundle, warnings } = markdown(
    Array.from({ length: 10 }, (_, depth) => `${'  '.repeat(depth)}- [ ] t${depth}`).join('\n'),
  );
  const parents = new Map(bundle.tasks.map(({ id, parent }) => [id, parent]));
  const depthOf = (id: string | undefined): number => (id === undefined ? 0 : 1 + depthOf(parents.get(id)));
  expect(bundle.tasks.map(({ id }) => depthOf(id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 8, 8]);
  expect(warnings).toHaveLength(2);
});

test('5,000 lines are read exactly', () => {
  const lines = Array.from({ length: 5000 }, (_, index) => {
    if (index % 100 === 0) return `# Goal ${index / 100}`;
    const box = index % 3 === 0 ? 'x' : ' ';
    return `${'  '.repeat(index % 4)}- [${box}] Task ${index} #t${index % 5} @p${index % 7} 📅 2026-03-01`;
  });
  const { bundle, warnings } = markdown(lines.join('\r\n'));
  expect(warnings).toEqual([]);
  expect(bundle.goals).toHaveLength(50);
  expect(bundle.tasks).toHaveLength(4950);
  expect(new Set(bundle.tasks.map(({ id }) => id)).size).toBe(4950);
  const isDone = (index: number) => index % 100 !== 0 && index % 3 === 0;
  const done = Array.from({ length: 5000 }, (_, index) => index).filter(isDone).length;
  expect(bundle.tasks.filter(({ status }) => status === 'completed')).toHaveLength(done);
  expect(
    bundle.tasks.every(({ goal, assignee, due_at, tags }) => goal && assignee && due_at && tags?.length === 1),
  ).toBe(true);
});

test.each([
  ['backticks', `- [ ] ${'`'.repeat(200_000)}`],
  ['open comments', `- [ ] ${'<!-- '.repeat(30_000)}`],
  ['brackets', `- [ ] ${'(due '.repeat(30_000)}`],
  ['white space', `- [ ] a${' '.repeat(1_000_000)}b`],
  ['hashes', `# a${' #'.repeat(500_000)}`],
  ['signs', `${'-'.repeat(1_000_000)} x`],
  ['depth', Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(2 * depth)}- a`).join('\n')],
])('a file made to hang a reader does not: %s', (_, text) => {
  expect(() => markdown(`${text}\n- [ ] end`)).not.toThrow(TypeError);
});
