import { expect, test } from 'vitest';
import { addIssue } from '../../sandbox/model/issue-store.ts';
import { nodeId } from '../../sandbox/model/node-id.ts';
import { addProject, addProjectField, addProjectItem } from '../../sandbox/model/projects.ts';
import { addRelease } from '../../sandbox/model/releases.ts';
import { addToken } from '../../sandbox/model/tokens.ts';
import { withGraphql } from './graphql.fixture.ts';

async function withPlan() {
  const tour = await withGraphql();
  const { state } = tour.sandbox;
  const engine = tour.repository('acme/engine');
  const ada = tour.account('ada');
  const issue = addIssue(state, engine, {
    author: ada,
    title: 'Round',
    assignees: [ada],
    labels: engine.labels.slice(0, 1),
  });
  const project = addProject(state, { owner: engine.owner, creator: ada, title: 'Roadmap', description: 'Where to' });
  addProjectField(state, project, { name: 'Points', type: 'NUMBER' });
  addProjectField(state, project, { name: 'Due', type: 'DATE' });
  const iterations = [{ title: 'Sprint 1', startDate: '2099-01-04', duration: 14 }];
  addProjectField(state, project, { name: 'Sprint', type: 'ITERATION', iterations });
  const mutate = (name: string, payload: string) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
    return async (input: object, token?: string) => {
      const answer = await tour.ask(
        `mutation ($input: ${type}) { ${name}(input: $input) { ${payload} } }`,
        { input },
        token,
      );
      return { ...answer, payload: answer.data?.[name] };
    };
  };
  return { ...tour, state, engine, ada, issue, project, projectId: nodeId('ProjectV2', project.id), mutate };
}

const plan = (fields: string) => `{ organization(login: "acme") { projectV2(number: 1) { ${fields} } } }`;

const fields = `fields(first: 20) { nodes { ... on ProjectV2FieldCommon { id name dataType }
  ... on ProjectV2SingleSelectField { options { id name } } ... on ProjectV2IterationField { configuration { iterations { id title startDate } } } } }`;

test('projects of an organisation are listed with their fields', async () => {
  await using stage = await withPlan();
  const text = `{ organization(login: "acme") { projectsV2(first: 5, query: "road") { nodes { number title shortDescription closed public owner { ... on Organization { login } } } } } }`;
  expect((await stage.ask(text)).data.organization.projectsV2.nodes).toEqual([
    {
      ...{ number: 1, title: 'Roadmap', shortDescription: 'Where to', closed: false, public: false },
      owner: { login: 'acme' },
    },
  ]);
  const { nodes } = (await stage.ask(plan(fields))).data.organization.projectV2.fields;
  expect(nodes.map(({ name }: { name: string }) => name)).toEqual([
    ...['Title', 'Assignees', 'Status', 'Labels', 'Milestone', 'Repository', 'Points', 'Due', 'Sprint'],
  ]);
  expect(nodes[2]).toMatchObject({ dataType: 'SINGLE_SELECT', options: [{ name: 'Todo' }, {}, {}] });
  expect(nodes[8].configuration.iterations).toMatchObject([{ title: 'Sprint 1', startDate: '2099-01-04' }]);
});

test('strangers see public projects only, and tokens need a scope', async () => {
  await using stage = await withPlan();
  const { state, project, account } = stage;
  expect((await stage.ask(plan('title'), {}, 'ghp_linus')).errors[0]?.type).toBe('INSUFFICIENT_SCOPES');
  addToken(state, { value: 'ghp_reader', user: account('linus'), scopes: ['read:project'] });
  expect((await stage.ask(plan('title'), {}, 'ghp_reader')).errors[0]?.type).toBe('NOT_FOUND');
  project.isPublic = true;
  expect((await stage.ask(plan('title'), {}, 'ghp_reader')).data.organization.projectV2.title).toBe('Roadmap');
});

test('items are added once, filled in cell by cell, and taken away', async () => {
  await using stage = await withPlan();
  const { projectId, issue, mutate } = stage;
  const add = mutate('addProjectV2ItemById', 'item { id type content { ... on Issue { title } } }');
  const { item } = (await add({ projectId, contentId: nodeId('Issue', issue.id) })).payload;
  expect(item).toMatchObject({ type: 'ISSUE', content: { title: 'Round' } });
  expect((await add({ projectId, contentId: nodeId('Issue', issue.id) })).payload.item.id).toBe(item.id);
  const { nodes } = (await stage.ask(plan(fields))).data.organization.projectV2.fields;
  const field = (name: string) => nodes.find((one: { name: string }) => one.name === name);
  const values = `fieldValues(first: 20) { nodes { __typename ... on ProjectV2ItemFieldSingleSelectValue { name optionId field { ... on ProjectV2FieldCommon { name } } }
    ... on ProjectV2ItemFieldNumberValue { number } ... on ProjectV2ItemFieldDateValue { date } ... on ProjectV2ItemFieldIterationValue { title }
    ... on ProjectV2ItemFieldTextValue { text } ... on ProjectV2ItemFieldUserValue { users(first: 2) { nodes { login } } } } }`;
  const update = mutate('updateProjectV2ItemFieldValue', `projectV2Item { ${values} }`);
  const set = (name: string, value: object, token?: string) =>
    update({ projectId, itemId: item.id, fieldId: field(name).id, value }, token);
  await set('Points', { number: 3.5 });
  await set('Due', { date: '2026-12-24' });
  await set('Sprint', { iterationId: field('Sprint').configuration.iterations[0].id });
  const done = await set('Status', { singleSelectOptionId: field('Status').options[2].id });
  expect(done.payload.projectV2Item.fieldValues.nodes).toEqual([
    { __typename: 'ProjectV2ItemFieldTextValue', text: 'Round' },
    { __typename: 'ProjectV2ItemFieldUserValue', users: { nodes: [{ login: 'ada' }] } },
    {
      ...{ __typename: 'ProjectV2ItemFieldSingleSelectValue', name: 'Done', optionId: field('Status').options[2].id },
      field: { name: 'Status' },
    },
    { __typename: 'ProjectV2ItemFieldLabelValue' },
    { __typename: 'ProjectV2ItemFieldRepositoryValue' },
    { __typename: 'ProjectV2ItemFieldNumberValue', number: 3.5 },
    { __typename: 'ProjectV2ItemFieldDateValue', date: '2026-12-24' },
    { __typename: 'ProjectV2ItemFieldIterationValue', title: 'Sprint 1' },
  ]);
  expect((await set('Status', { singleSelectOptionId: 'none' })).errors[0]?.type).toBe('UNPROCESSABLE');
  expect((await set('Points', { text: 'many' })).errors[0]?.message).toContain('Did not receive a number value');
  expect((await set('Title', { text: 'x' })).errors[0]?.message).toContain('not supported for updates');
  expect((await set('Points', { number: 1 }, 'ghp_linus')).errors[0]?.type).toBe('INSUFFICIENT_SCOPES');
  const clear = mutate(
    'clearProjectV2ItemFieldValue',
    'projectV2Item { fieldValueByName(name: "Points") { __typename } }',
  );
  const cleared = await clear({ projectId, itemId: item.id, fieldId: field('Points').id });
  expect(cleared.payload.projectV2Item.fieldValueByName).toBeNull();
  const remove = mutate('deleteProjectV2Item', 'deletedItemId');
  expect((await remove({ projectId, itemId: item.id })).payload.deletedItemId).toBe(item.id);
  expect((await stage.ask(plan('items(first: 1) { totalCount }'))).data.organization.projectV2.items.totalCount).toBe(
    0,
  );
  expect(stage.sandbox.unknown).toEqual([]);
});

test('drafts are items too, and what may not be seen is redacted', async () => {
  await using stage = await withPlan();
  const { state, project, projectId, mutate, account, repository, ada } = stage;
  const draft = mutate(
    'addProjectV2DraftIssue',
    'projectItem { type content { ... on DraftIssue { title body assignees(first: 1) { nodes { login } } } } }',
  );
  const assigneeIds = [nodeId('User', ada.id)];
  expect((await draft({ projectId, title: 'Later', body: 'Maybe', assigneeIds })).payload.projectItem).toEqual({
    type: 'DRAFT_ISSUE',
    content: { title: 'Later', body: 'Maybe', assignees: { nodes: [{ login: 'ada' }] } },
  });
  const hidden = addIssue(state, repository('acme/secrets'), { author: ada, title: 'Hidden' });
  addProjectItem(state, project, { issue: hidden, by: ada });
  project.isPublic = true;
  addToken(state, { value: 'ghp_reader', user: account('linus'), scopes: ['read:project'] });
  const { items } = (
    await stage.ask(plan('items(last: 1) { nodes { type content { __typename } } }'), {}, 'ghp_reader')
  ).data.organization.projectV2;
  expect(items.nodes).toEqual([{ type: 'REDACTED', content: null }]);
});

test('a project is made private, changed, closed and deleted by those who may', async () => {
  await using stage = await withPlan();
  const { state, engine, mutate, account } = stage;
  const shown = 'projectV2 { id number title readme shortDescription public closed }';
  const create = mutate('createProjectV2', shown);
  const ownerId = nodeId('Organization', engine.owner.id);
  const { projectV2: made } = (await create({ ownerId, title: 'Next' })).payload;
  expect(made).toMatchObject({ number: 2, title: 'Next', public: false, closed: false, readme: null });
  const change = mutate('updateProjectV2', shown);
  const all = {
    projectId: made.id,
    title: 'Now',
    readme: '# x\r\n',
    shortDescription: 'y',
    public: true,
    closed: true,
  };
  const { projectId: _, shortDescription, ...rest } = all;
  expect((await change(all)).payload.projectV2).toMatchObject({ ...rest, shortDescription });
  expect((await change({ projectId: made.id, title: ' ' })).errors[0]?.type).toBe('UNPROCESSABLE');
  addToken(state, { value: 'ghp_other', user: account('linus'), scopes: ['project'] });
  expect((await create({ ownerId, title: 'x' }, 'ghp_other')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await change({ projectId: made.id, title: 'x' }, 'ghp_other')).errors[0]?.type).toBe('FORBIDDEN');
  await mutate('deleteProjectV2', 'projectV2 { id }')({ projectId: made.id });
  expect((await change({ projectId: made.id, title: 'x' })).errors[0]?.type).toBe('NOT_FOUND');
  expect((await create({ ownerId, title: 'Third' })).payload.projectV2.number).toBe(3);
  const own = { ownerId: nodeId('User', stage.ada.id), title: 'Mine' };
  const permissions = { organization_projects: 'write' } as const;
  addToken(state, { value: 'github_pat_projects', user: stage.ada, permissions });
  expect((await create({ ownerId, title: 'Fourth' }, 'github_pat_projects')).payload.projectV2.number).toBe(4);
  expect((await create(own, 'github_pat_projects')).errors[0]?.type).toBe('FORBIDDEN');
  expect(stage.sandbox.unknown).toEqual([]);
});

test('items change their place, drafts their text, and archived ones nothing', async () => {
  await using stage = await withPlan();
  const { projectId, issue, mutate, project } = stage;
  const add = mutate('addProjectV2ItemById', 'item { id }');
  const { item } = (await add({ projectId, contentId: nodeId('Issue', issue.id) })).payload;
  const draft = mutate('addProjectV2DraftIssue', 'projectItem { id content { ... on DraftIssue { id } } }');
  const { projectItem } = (await draft({ projectId, title: 'Later' })).payload;
  const draftIssueId = projectItem.content.id;
  const change = mutate(
    'updateProjectV2DraftIssue',
    'draftIssue { title body projectsV2(first: 2) { nodes { number } } }',
  );
  expect((await change({ draftIssueId, body: 'x\r\n' })).payload.draftIssue).toEqual({
    ...{ title: 'Later', body: 'x\r\n', projectsV2: { nodes: [{ number: 1 }] } },
  });
  const move = mutate('updateProjectV2ItemPosition', 'items(first: 5) { nodes { id } }');
  const order = async (input: object) =>
    (await move({ projectId, ...input })).payload.items.nodes.map(({ id }: { id: string }) => id);
  expect(await order({ itemId: projectItem.id })).toEqual([projectItem.id, item.id]);
  expect(await order({ itemId: projectItem.id, afterId: item.id })).toEqual([item.id, projectItem.id]);
  const archive = mutate('archiveProjectV2Item', 'item { isArchived }');
  expect((await archive({ projectId, itemId: projectItem.id })).payload.item.isArchived).toBe(true);
  expect((await change({ draftIssueId, title: 'x' })).errors[0]?.message).toContain('archived');
  expect((await move({ projectId, itemId: projectItem.id })).errors[0]?.message).toContain('archived');
  const back = mutate('unarchiveProjectV2Item', 'item { isArchived }');
  expect((await back({ projectId, itemId: projectItem.id })).payload.item.isArchived).toBe(false);
  expect(project.items).toHaveLength(2);
  expect(stage.sandbox.unknown).toEqual([]);
});

test('fields of projects need their scope wherever they stand in a query', async () => {
  await using stage = await withPlan();
  const text = 'query ($id: ID!) { node(id: $id) { __typename ... on ProjectV2 { title } } }';
  const id = nodeId('Issue', stage.issue.id);
  const refused = await stage.ask(text, { id }, 'ghp_linus');
  expect([refused.data, refused.errors.map(({ type }) => type)]).toEqual([undefined, ['INSUFFICIENT_SCOPES']]);
  expect((await stage.ask(text, { id }, 'ghp_grace')).data.node).toEqual({ __typename: 'Issue' });
});

test('releases are listed, the latest is marked, and drafts are for those who write', async () => {
  await using stage = await withPlan();
  const { state, engine, ada } = stage;
  addRelease(state, engine, { author: ada, tag: 'v1.0.0', name: 'One', body: 'First' });
  addRelease(state, engine, { author: ada, tag: 'v2.0.0', name: 'Two', isDraft: true });
  const text = `{ repository(owner: "acme", name: "engine") { latestRelease { tagName isLatest tagCommit { messageHeadline } }
    releases(first: 5) { nodes { name isDraft } } release(tagName: "v1.0.0") { description author { login } } } }`;
  expect((await stage.ask(text)).data.repository).toEqual({
    latestRelease: { tagName: 'v1.0.0', isLatest: true, tagCommit: { messageHeadline: 'Begin' } },
    releases: {
      nodes: [
        { name: 'Two', isDraft: true },
        { name: 'One', isDraft: false },
      ],
    },
    release: { description: 'First', author: { login: 'ada' } },
  });
  expect((await stage.ask(text, {}, 'ghp_linus')).data.repository.releases.nodes).toHaveLength(1);
});
