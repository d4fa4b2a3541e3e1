import { expect, test } from 'vitest';
import { addAccount } from '../sandbox/model/accounts.ts';
import { addIssue } from '../sandbox/model/issue-store.ts';
import { nodeId } from '../sandbox/model/node-id.ts';
import { addDraftItem, addProject, addProjectField, addProjectItem, projectsOf } from '../sandbox/model/projects.ts';
import { addToken } from '../sandbox/model/tokens.ts';
import { openPort } from '../src/github.fixture.ts';
import { withWorld } from './write.fixture.ts';

const tool = 'github_project_write';
const owner = 'ada';
const hostile = 'One <T>\r\ntwo \u{1f600} e\u0301 \u202e  \r\n\r\n\t';
type Row = Record<string, unknown>;
interface Done extends Row {
  readonly item_id: string;
}

/** A private project 1 of ada's with a field of every kind, issue 1 of ada/app in it, issue 2 not, and a draft. */
async function withPlan(given: Parameters<typeof withWorld>[0] & { isPublic?: boolean } = {}) {
  const { isPublic = false, ...options } = given;
  const world = await withWorld(options);
  const { state } = world.sandbox;
  const { ada } = world;
  const repository = world.repository({ a: 'x' });
  const issues = ['One', 'Two'].map((title) => addIssue(state, repository, { author: ada, title }));
  const project = addProject(state, { owner: ada, creator: ada, title: 'Plan', isPublic });
  addProjectField(state, project, { name: 'Note', type: 'TEXT' });
  addProjectField(state, project, { name: 'Points', type: 'NUMBER' });
  addProjectField(state, project, { name: 'Due', type: 'DATE' });
  const iterations = [
    { title: 'Sprint 0', startDate: '2020-01-06', duration: 14 },
    { title: 'Sprint 1', startDate: '2099-01-05', duration: 14 },
  ];
  addProjectField(state, project, { name: 'Sprint', type: 'ITERATION', iterations });
  const [one] = issues;
  if (!one) throw new Error('there are issues');
  const first = addProjectItem(state, project, { issue: one, by: ada });
  const draft = addDraftItem(state, project, { title: 'Later', body: hostile, by: ada });
  const write = (args: object) => world.call(tool, { owner, number: 1, ...args });
  const items = async (...asked: object[]) => {
    const { data, isError, text } = await write({ items: asked });
    expect(isError, text).toBe(false);
    return data.items as Done[];
  };
  const shown = async () => {
    const { data, isError, text } = await world.call('github_projects', { owner, number: 1, limit: 100 });
    expect(isError, text).toBe(false);
    return data as { project: Row; readme?: string; rows: Row[] };
  };
  const id = (item: { id: number }) => nodeId('ProjectV2Item', item.id);
  return { world, state, ada, repository, project, first: id(first), draft: id(draft), write, items, shown };
}

test('a project is made private with all it can have, then changed; what is read is what was written', async () => {
  const { world, ada, shown, write } = await withPlan();
  await using _ = world;
  const made = await world.call(tool, { owner, title: 'Road <map>', description: 'Where \u{1f600}', readme: hostile });
  expect(made.isError, made.text).toBe(false);
  expect(made.data).toMatchObject({ number: 2, private: true, closed: false, verified: true });
  expect(projectsOf(ada)[1]).toMatchObject({ title: 'Road <map>', readme: hostile, isPublic: false });
  const edits = [{ old_text: '<T>', new_text: '<U>\n' }];
  const changed = await world.call(tool, { owner, number: 2, edits, expected_updated_at: made.data.updated_at });
  expect(changed.data).toMatchObject({ verified: true });
  expect(projectsOf(ada)[1]?.readme).toBe(hostile.replace('<T>', '<U>\n'));
  const all = await write({ title: 'New', description: '', readme: hostile, private: false, closed: true });
  expect(all.data).toMatchObject({ private: false, closed: true, verified: true });
  const { project, readme } = await shown();
  expect(project).toMatchObject({ title: 'New', closed: true });
  expect(readme).toBe(hostile);
  const stale = await write({ readme: 'x', expected_updated_at: '2020-01-01T00:00:00Z' });
  expect(stale.error).toMatchObject({ code: 'conflict' });
  expect(world.sandbox.unknown).toEqual([]);
});

test('an issue is added once, and every kind of field is filled by name, read by name and emptied', async () => {
  const { world, items, shown } = await withPlan();
  await using _ = world;
  const values = { status: 'in progress', Note: hostile, Points: 3.5, Due: '2028-02-29', Sprint: 'Sprint 1' };
  const [added] = await items({ repo: 'ada/app', number: 2, values });
  expect(added).toMatchObject({ name: 'ada/app#2', status: 'added', verified: true });
  const row = async () => (await shown()).rows.find(({ item_id }) => item_id === added?.item_id);
  const { status: __, ...rest } = values;
  expect((await row())?.values).toEqual({ ...rest, Status: 'In Progress' });
  const before = world.writes().length;
  const same = await items(
    { repo: 'ada/app', number: 2, values },
    { item_id: added?.item_id, values: { Points: 3.5 } },
  );
  expect(same.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  expect(world.writes()).toHaveLength(before);
  const none = { Status: null, Note: null, Points: null, Due: null, Sprint: 'Sprint 0' };
  const [cleared] = await items({ item_id: added?.item_id, values: none });
  expect(cleared).toMatchObject({ status: 'updated', verified: true });
  expect((await row())?.values).toEqual({ Sprint: 'Sprint 0' });
  expect(world.sandbox.unknown).toEqual([]);
});

test('drafts are made and patched byte for byte, issues are not', async () => {
  const { world, items, shown, write, draft, first, project } = await withPlan();
  await using _ = world;
  const [made] = await items({ title: 'Idea', body: hostile, values: { Status: 'Todo' } });
  expect(made).toMatchObject({ name: 'Idea', status: 'added', verified: true });
  const row = (await shown()).rows.find(({ item_id }) => item_id === draft);
  expect(row).toMatchObject({ title: 'Later', body: hostile, type: 'draft_issue' });
  const edits = [{ old_text: '<T>', new_text: '<U>\n' }];
  const [patched] = await items({ item_id: draft, title: 'Soon', edits, expected_updated_at: row?.updated_at });
  expect(patched).toMatchObject({ status: 'updated', verified: true });
  const stored = project.items.find(({ id }) => nodeId('ProjectV2Item', id) === draft)?.content;
  expect(stored).toMatchObject({ draft: { title: 'Soon', body: hostile.replace('<T>', '<U>\n') } });
  const refused = async (item: object) => (await write({ items: [item] })).text;
  expect(await refused({ item_id: draft, edits })).toContain('old_text is not there');
  expect(await refused({ item_id: draft, body: 'x', expected_updated_at: '2020-01-01T00:00:00Z' })).toContain(
    'was changed',
  );
  expect(await refused({ item_id: first, body: 'x' })).toContain('github_issue_write');
  expect(await refused({ item_id: nodeId('ProjectV2', project.id), archived: true })).toContain('no item');
  expect(world.sandbox.unknown).toEqual([]);
});

test('items are archived after their changes, brought back before them, and moved', async () => {
  const { world, items, project, draft, first } = await withPlan();
  await using _ = world;
  const order = () => project.items.map(({ id }) => nodeId('ProjectV2Item', id));
  const [archived] = await items({ item_id: draft, values: { Points: 1 }, archived: true });
  expect(archived).toMatchObject({ status: 'updated', verified: true });
  expect(project.items[1]?.archived).toBe(true);
  const [mixed, put] = await items(
    { item_id: first, values: { Points: 5 } },
    { item_id: draft, values: { Points: 2 } },
  ).catch(() => []);
  expect(mixed).toMatchObject({ verified: true });
  expect(put).toMatchObject({ status: 'failed', error: expect.stringContaining('archived') });
  const [back] = await items({ item_id: draft, values: { Points: 2 }, after: null, archived: false });
  expect(back).toMatchObject({ status: 'updated', verified: true });
  expect(order()).toEqual([draft, first]);
  const [under] = await items({ item_id: draft, after: first });
  expect(under).toMatchObject({ verified: true });
  expect(order()).toEqual([first, draft]);
  expect(world.sandbox.unknown).toEqual([]);
});

test('each wrong value is told with what there is, and nothing of its item is done', async () => {
  const { world, write, project } = await withPlan();
  await using _ = world;
  const refused = async (values: Row) => {
    const { isError, text } = await write({ items: [{ repo: 'ada/app', number: 2, values }] });
    expect(isError, JSON.stringify(values)).toBe(true);
    return text;
  };
  expect(await refused({ Statsu: 'Todo' })).toContain('Did you mean "Status"');
  expect(await refused({ Anything: 'Todo' })).toMatch(/There are "Status", "Note", "Points", "Due", "Sprint"/);
  expect(await refused({ Status: 'Finished' })).toContain('There are "Todo", "In Progress", "Done"');
  expect(await refused({ Status: 1 })).toContain('takes the name of an option');
  expect(await refused({ Sprint: 'Sprint 9' })).toContain('"Sprint 0"');
  expect(await refused({ Points: '3' })).toContain('takes a number, not "3"');
  expect(await refused({ Due: '2026-02-30' })).toContain('takes a day');
  expect(await refused({ Due: '31.12.2026' })).toContain('takes a day');
  expect(await refused({ Note: 5 })).toContain('takes a text');
  expect(await refused({ Note: '' })).toContain('null empties');
  expect(await refused({ Title: 'x' })).toContain('github_issue_write');
  expect(await refused({ Labels: null })).toContain('github_issue_write');
  expect(await refused(JSON.parse('{"__proto__": "x", "constructor": "y"}'))).toMatch(/no field|values/);
  expect(world.writes()).toEqual([]);
  expect(project.items).toHaveLength(2);
});

test('fifty items are answered one by one, the wrong ones among them too', async () => {
  const { world, state, ada, repository, items } = await withPlan();
  await using _ = world;
  for (let n = 0; n < 40; n += 1) addIssue(state, repository, { author: ada, title: `More ${n}` });
  const asked = Array.from({ length: 50 }, (_each, n) => ({
    ...{ repo: 'ada/app', number: n + 1 },
    ...(n % 10 === 9 && { values: { Status: 'Nowhere' } }),
  }));
  const done = await items(...asked);
  expect(done.map(({ name }) => name)).toEqual(asked.map(({ number }) => `ada/app#${number}`));
  expect(done.filter(({ status }) => status === 'added')).toHaveLength(37);
  expect(done.filter(({ status }) => status === 'unchanged')).toHaveLength(1);
  const failed = done.filter(({ status }) => status === 'failed');
  expect(failed).toHaveLength(12);
  expect(failed.filter(({ error }) => String(error).includes('has no "Nowhere"'))).toHaveLength(5);
  expect(world.sandbox.unknown).toEqual([]);
});

test('a limit in the middle ends it: what was not tried is told, and a second call does the rest', async () => {
  const { world, state, ada, repository, items } = await withPlan();
  await using _ = world;
  for (let n = 0; n < 4; n += 1) addIssue(state, repository, { author: ada, title: `More ${n}` });
  const asked = [1, 2, 3, 4, 5].map((number) => ({ repo: 'ada/app', number, values: { Status: 'Todo' } }));
  world.sandbox.limits.set(world.sandbox.token, 'graphql', { remaining: 9, resetIn: 3000 });
  const done = await items(...asked);
  const left = done.filter(({ status }) => status === 'failed');
  expect(left.length).toBeGreaterThan(1);
  expect(left.length).toBeLessThan(5);
  world.sandbox.limits.set(world.sandbox.token, 'graphql', { remaining: 5000, resetIn: 3000 });
  const again = await items(...asked);
  expect(again.every(({ verified }) => verified)).toBe(true);
});

test('a part of an item that fails is told, and the item stays', async () => {
  const { world, items } = await withPlan();
  await using _ = world;
  const [added] = await items({ repo: 'ada/app', number: 2, after: 'PVTI_none', values: { Points: 1 } });
  expect(added).toMatchObject({ status: 'added', verified: false, failed: [{ step: 'move' }] });
  expect(added).not.toHaveProperty('not_applied');
});

test('a dry run shows every request and sends none', async () => {
  const { world, write, draft } = await withPlan();
  await using _ = world;
  const names = async (args: object) => {
    const { data, isError, text } = await write({ ...args, dry_run: true });
    expect(isError, text).toBe(false);
    return (data.requests as { path: string }[]).map(({ path }) => path.replace('/graphql ', ''));
  };
  expect(await names({ title: 'x', private: false })).toEqual(['UpdateProject']);
  const items = [
    { repo: 'ada/app', number: 2, values: { Status: 'Done' }, after: null },
    { item_id: draft, title: 'y', archived: true },
    { title: 'New', values: { Points: 1 } },
  ];
  expect(await names({ items })).toEqual([
    ...['AddProjectItem', 'SetProjectValue', 'MoveItem', 'UpdateDraft', 'ArchiveItem', 'AddDraft', 'SetProjectValue'],
  ]);
  const made = await world.call(tool, { owner, title: 'x', readme: 'y', dry_run: true });
  expect((made.data.requests as { path: string }[]).map(({ path }) => path)).toEqual([
    ...['/graphql CreateProject', '/graphql UpdateProject'],
  ]);
  expect(world.writes()).toEqual([]);
});

test('what was read in private does not go into a public project; an issue may be put there', async () => {
  const { world, state, ada, write, items } = await withPlan({ isPublic: true });
  await using _ = world;
  expect((await write({ title: 'Before' })).data).toMatchObject({ verified: true });
  const [draft] = await items({ title: 'Draft', body: 'x' });
  await world.call('github_issue', { repo: 'ada/app', number: 1 });
  for (const args of [
    ...[{ title: 'leak' }, { description: 'leak' }, { readme: 'leak' }],
    ...[{ title: 'leak' }, { item_id: draft?.item_id, title: 'leak' }].map((item) => ({ items: [item] })),
    { items: [{ item_id: draft?.item_id, values: { Note: 'leak' } }] },
    { items: [{ item_id: draft?.item_id, values: { Points: 1234 } }] },
  ]) {
    const { isError, error } = await write(args);
    expect([isError, error?.code], JSON.stringify(args)).toEqual([true, 'auth']);
  }
  // GitHub shows an item to those alone who may see its issue.
  expect((await items({ repo: 'ada/app', number: 2 }))[0]).toMatchObject({ status: 'added', verified: true });
  const hidden = addProject(state, { owner: ada, creator: ada, title: 'Hidden' });
  const inside = { owner, number: hidden.number };
  expect((await world.call(tool, { ...inside, title: 'Still hidden' })).data).toMatchObject({ verified: true });
  const opened = await world.call(tool, { ...inside, private: false });
  expect([opened.error?.code, hidden.isPublic]).toEqual(['auth', false]);
  const made = await world.call(tool, { owner, title: 'Fresh', private: false });
  expect(made.data).toMatchObject({ private: true, verified: false, failed: [{ step: 'change' }] });
});

test('a private project that was read counts as private, and one that became public as public', async () => {
  const { world, state, ada, write } = await withPlan();
  await using _ = world;
  const open = world.repository({ a: 'x' }, { name: 'open', visibility: 'public' });
  const issue = addIssue(state, open, { author: ada, title: 'Open' });
  const comment = { repo: 'ada/open', action: 'add', number: issue.number, body: 'x' };
  expect((await world.call('github_comment_write', comment)).isError).toBe(false);
  expect((await write({ private: false })).data).toMatchObject({ private: false, verified: true });
  const other = addProject(state, { owner: ada, creator: ada, title: 'Other' });
  expect((await write({ readme: 'Public' })).data).toMatchObject({ verified: true });
  await world.call('github_projects', { owner, number: other.number });
  expect((await world.call('github_comment_write', comment)).text).toContain('projects of ada/2');
  expect((await world.call(tool, { owner, number: other.number, private: false })).error?.code).toBe('auth');
  expect((await write({ readme: 'Leak' })).error?.code).toBe('auth');
});

test('with an allowlist nothing of an account is touched', async () => {
  const { world, write } = await withPlan({ github: { repos: ['ada/*'] } });
  await using _ = world;
  for (const args of [{ title: 'x' }, { items: [{ repo: 'ada/app', number: 2 }] }, { number: undefined, title: 'x' }]) {
    expect((await write(args)).error?.code, JSON.stringify(args)).toBe('auth');
  }
  expect(world.sandbox.requests.filter(({ path }) => path === '/graphql')).toEqual([]);
});

test('a token that may only read, and a stranger, are told what is missing', async () => {
  const { world, state, ada } = await withPlan({ isPublic: true });
  await using _ = world;
  const eve = addAccount(state, { login: 'eve' });
  addToken(state, { value: 'ghp_reads', user: ada, scopes: ['repo', 'read:project'] });
  addToken(state, { value: 'ghp_none', user: ada, scopes: ['repo'] });
  addToken(state, { value: 'ghp_eve', user: eve, scopes: ['repo', 'project'] });
  addToken(state, { value: 'github_pat_ada', user: ada, permissions: { organization_projects: 'write' } });
  const refusal = async (token: string) => {
    const { connect } = openPort(world.sandbox.url, { credential: { kind: 'token', token } });
    await using connection = await connect();
    const { error, text } = await connection.call(tool, { owner, number: 1, title: 'x' });
    return `${error?.code} ${text}`;
  };
  expect(await refusal('ghp_reads')).toMatch(/auth .*\['project'\]/s);
  expect(await refusal('ghp_none')).toMatch(/auth .*\['read:project'\]/s);
  expect(await refusal('ghp_eve')).toMatch(/auth .*correct permissions/s);
  expect(await refusal('github_pat_ada')).toMatch(/auth .*not accessible by personal access token/s);
});

test.each([
  [{}, 'needs a title'],
  [{ number: 1, expected_updated_at: '2026-01-01T00:00:00Z' }, 'Nothing to change'],
  [{ description: 'x' }, 'needs a title'],
  [{ items: [{ title: 'x' }] }, 'only for a project that exists'],
  [{ number: 1, title: 'x', items: [{ title: 'x' }] }, 'each in a call of its own'],
  [{ number: 1, readme: 'x', edits: [{ old_text: 'a', new_text: 'b' }] }, 'not both'],
  [{ number: 1, items: [{}] }, 'items.0: needs item_id'],
  [{ number: 1, items: [{ title: 'x' }, { repo: 'ada/app' }] }, 'items.1: repo and number go together'],
  [{ number: 1, items: [{ item_id: 'x', repo: 'ada/app', number: 1 }] }, 'give item_id, or repo and number'],
  [{ number: 1, items: [{ repo: 'ada/app', number: 1, title: 'x' }] }, 'of drafts'],
  [{ number: 1, items: Array.from({ length: 51 }, () => ({ title: 'x' })) }, 'items'],
])('%j says what is wrong with it', async (given, words) => {
  await using world = await withWorld();
  const { text, isError } = await world.call(tool, { owner, ...given });
  expect([isError, text]).toEqual([true, expect.stringContaining(words)]);
  expect(world.sandbox.requests).toEqual([]);
});

test('items are taken out, and a project is deleted by its exact title', async () => {
  const { world, ada, project, first, draft } = await withPlan();
  await using _ = world;
  const remove = (args: object) => world.call('github_delete', { project: `${owner}/1`, ...args });
  const item = { kind: 'project_item', name: first };
  expect((await remove({ ...item, dry_run: true })).data.requests).toMatchObject([
    { path: '/graphql DeleteProjectItem' },
  ]);
  expect((await remove(item)).data).toEqual({ ...item, verified: true });
  expect((await remove(item)).error?.code).toBe('not_found');
  expect(project.items.map(({ id }) => nodeId('ProjectV2Item', id))).toEqual([draft]);
  expect((await remove({ kind: 'project', name: 'plan' })).text).toContain('nothing was deleted');
  expect((await remove({ kind: 'project', name: 'Plan', project: 'ada' })).text).toContain('owner/number');
  expect((await remove({ kind: 'project', name: 'Plan', repo: 'ada/app' })).text).toContain('in no repository');
  expect((await remove({ kind: 'project', name: 'Plan' })).data).toMatchObject({ verified: true });
  expect(projectsOf(ada)).toEqual([]);
  expect(world.sandbox.unknown).toEqual([]);
});
