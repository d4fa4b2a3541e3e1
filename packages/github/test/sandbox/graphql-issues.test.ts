import { expect, test } from 'vitest';
import { closeIssue, setLabels } from '../../sandbox/model/issue-changes.ts';
import { addComment, addIssue } from '../../sandbox/model/issue-store.ts';
import { addMilestone } from '../../sandbox/model/milestones.ts';
import { nodeId } from '../../sandbox/model/node-id.ts';
import { addProject, addProjectItem } from '../../sandbox/model/projects.ts';
import { openPull } from '../../sandbox/model/pulls.ts';
import { type GraphqlTour, withGraphql } from './graphql.fixture.ts';

const engine = (fields: string) => `{ repository(owner: "acme", name: "engine") { ${fields} } }`;

async function withIssues() {
  const tour = await withGraphql();
  const { state } = tour.sandbox;
  const repository = tour.repository('acme/engine');
  const [ada, grace, linus] = ['ada', 'grace', 'linus'].map(tour.account) as [never, never, never];
  const milestone = addMilestone(state, repository, { title: 'Two', creator: ada });
  const [bug] = repository.labels.filter(({ name }) => name === 'bug');
  const issue = addIssue(state, repository, {
    ...{ author: grace, title: 'Circles are flat', body: 'See `code`.\n', milestone, assignees: [ada] },
    labels: bug ? [bug] : [],
  });
  const other = addIssue(state, repository, { author: linus, title: 'Squares are round' });
  return { ...tour, tour, state, engine: repository, ada, grace, linus, issue, other, milestone };
}

const issueId = ({ id }: { id: number }) => nodeId('Issue', id);

const run = (tour: GraphqlTour, name: string, payload: string) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  return (input: object, token?: string) =>
    tour.ask(`mutation ($input: ${type}) { ${name}(input: $input) { ${payload} } }`, { input }, token);
};

test('an issue shows everything about itself', async () => {
  await using stage = await withIssues();
  const { state, issue, ada, engine: repository } = stage;
  addComment(state, issue, { author: ada, body: 'Indeed' });
  issue.reactions.push({ id: 9, user: ada, content: 'heart', createdAt: 0 });
  const project = addProject(state, { owner: repository.owner, creator: ada, title: 'Plan' });
  addProjectItem(state, project, { issue, by: ada });
  const text =
    engine(`issue(number: ${issue.number}) { id databaseId title body state stateReason locked author { login } authorAssociation
    labels(first: 5) { nodes { name color } } assignees(first: 5) { nodes { login } } milestone { title progressPercentage issues(first: 1) { totalCount } }
    comments(first: 5) { totalCount nodes { body author { login } } } reactionGroups { content reactors(first: 1) { totalCount } }
    projectItems(first: 5) { nodes { project { title } } } viewerCanUpdate }`);
  const { issue: shown } = (await stage.ask(text)).data.repository;
  expect(shown).toMatchObject({
    ...{ id: issueId(issue), databaseId: issue.id, title: 'Circles are flat', body: 'See `code`.\n', state: 'OPEN' },
    ...{ stateReason: null, author: { login: 'grace' }, authorAssociation: 'MEMBER', viewerCanUpdate: true },
    labels: { nodes: [{ name: 'bug', color: 'd73a4a' }] },
    assignees: { nodes: [{ login: 'ada' }] },
    milestone: { title: 'Two', progressPercentage: 0, issues: { totalCount: 1 } },
    comments: { totalCount: 1, nodes: [{ body: 'Indeed', author: { login: 'ada' } }] },
    projectItems: { nodes: [{ project: { title: 'Plan' } }] },
  });
  expect(shown.reactionGroups).toContainEqual({ content: 'HEART', reactors: { totalCount: 1 } });
  expect(stage.sandbox.unknown).toEqual([]);
});

test('issues are filtered by state, label and more, and sorted', async () => {
  await using stage = await withIssues();
  const { state, issue, other, grace } = stage;
  closeIssue(state, other, { actor: grace, reason: 'not_planned' });
  const numbers = async (args: string) => {
    const { nodes } = (await stage.ask(engine(`issues(first: 9, ${args}) { nodes { number } }`))).data.repository
      .issues;
    return nodes.map(({ number }: { number: number }) => number);
  };
  expect(await numbers('states: [CLOSED]')).toEqual([other.number]);
  expect(await numbers('labels: ["BUG"]')).toEqual([issue.number]);
  expect(await numbers('filterBy: { assignee: "ada" }')).toEqual([issue.number]);
  expect(await numbers('filterBy: { assignee: null, createdBy: "linus" }')).toEqual([other.number]);
  expect(await numbers('orderBy: { field: CREATED_AT, direction: DESC }')).toEqual([other.number, issue.number]);
});

test('the timeline has comments and events, by kind if asked', async () => {
  await using stage = await withIssues();
  const { state, issue, other, ada, engine: repository } = stage;
  addComment(state, other, { author: ada, body: `Like #${issue.number}` });
  setLabels(state, issue, { labels: repository.labels.slice(0, 2), actor: ada });
  closeIssue(state, issue, { actor: ada, reason: 'completed' });
  const timeline = async (args: string) => {
    const text =
      engine(`issue(number: ${issue.number}) { timelineItems(first: 50${args}) { totalCount filteredCount nodes { __typename
      ... on LabeledEvent { label { name } } ... on CrossReferencedEvent { source { ... on Issue { number } } } ... on ClosedEvent { stateReason actor { login } } } } }`);
    return (await stage.ask(text)).data.repository.issue.timelineItems;
  };
  const { nodes, totalCount } = await timeline('');
  expect(nodes.map(({ __typename }: { __typename: string }) => __typename)).toEqual([
    ...['LabeledEvent', 'AssignedEvent', 'MilestonedEvent', 'CrossReferencedEvent', 'LabeledEvent', 'ClosedEvent'],
  ]);
  expect(await timeline(', itemTypes: [CLOSED_EVENT, CROSS_REFERENCED_EVENT]')).toEqual({
    totalCount,
    filteredCount: 2,
    nodes: [
      { __typename: 'CrossReferencedEvent', source: { number: other.number } },
      { __typename: 'ClosedEvent', stateReason: 'COMPLETED', actor: { login: 'ada' } },
    ],
  });
});

test('sub-issues and dependencies are linked both ways', async () => {
  await using stage = await withIssues();
  const { issue, other, tour } = stage;
  const add = run(tour, 'addSubIssue', 'issue { subIssuesSummary { total } } subIssue { parent { number } }');
  const made = await add({ issueId: issueId(issue), subIssueId: issueId(other) });
  expect(made.data.addSubIssue).toEqual({
    issue: { subIssuesSummary: { total: 1 } },
    subIssue: { parent: { number: issue.number } },
  });
  const circle = await add({ issueId: issueId(other), subIssueId: issueId(issue) });
  expect(circle.errors[0]).toMatchObject({ type: 'UNPROCESSABLE', message: expect.stringContaining('circular') });
  expect((await add({ issueId: issueId(issue), subIssueId: issueId(other) }, 'ghp_linus')).errors[0]?.type).toBe(
    'FORBIDDEN',
  );
  const block = run(tour, 'addBlockedBy', 'issue { number }');
  await block({ issueId: issueId(issue), blockingIssueId: issueId(other) });
  const text = engine(
    `issue(number: ${issue.number}) { subIssues(first: 5) { nodes { number } } blockedBy(first: 5) { nodes { blocking(first: 1) { totalCount } } } }`,
  );
  expect((await stage.ask(text)).data.repository.issue).toEqual({
    subIssues: { nodes: [{ number: other.number }] },
    blockedBy: { nodes: [{ blocking: { totalCount: 1 } }] },
  });
  const remove = run(tour, 'removeSubIssue', 'issue { subIssuesSummary { total } }');
  const gone = await remove({ issueId: issueId(issue), subIssueId: issueId(other) });
  expect(gone.data.removeSubIssue.issue.subIssuesSummary.total).toBe(0);
});

test('an issue is closed as the duplicate of another, and opened again', async () => {
  await using stage = await withIssues();
  const { issue, other, tour } = stage;
  const close = run(tour, 'closeIssue', 'issue { state stateReason(enableDuplicate: true) plain: stateReason }');
  const input = { issueId: issueId(other), stateReason: 'DUPLICATE', duplicateIssueId: issueId(issue) };
  expect((await close({ ...input, stateReason: 'COMPLETED' })).errors[0]?.type).toBe('UNPROCESSABLE');
  expect((await close(input)).data.closeIssue.issue).toEqual({
    ...{ state: 'CLOSED', stateReason: 'DUPLICATE', plain: 'NOT_PLANNED' },
  });
  expect(other.duplicateOf).toBe(issue);
  const text = engine(
    `issue(number: ${other.number}) { timelineItems(last: 2) { nodes { ... on MarkedAsDuplicateEvent { canonical { ... on Issue { number } } } } } }`,
  );
  expect((await stage.ask(text)).data.repository.issue.timelineItems.nodes).toContainEqual({
    canonical: { number: issue.number },
  });
  const reopen = run(tour, 'reopenIssue', 'issue { state stateReason }');
  const again = await reopen({ issueId: issueId(other) });
  expect(again.data.reopenIssue.issue).toEqual({ state: 'OPEN', stateReason: 'REOPENED' });
});

test('an issue moves to another repository of its owner', async () => {
  await using stage = await withIssues();
  const { issue, tour } = stage;
  const move = run(
    tour,
    'transferIssue',
    'issue { number title repository { nameWithOwner } labels(first: 3) { nodes { name } } }',
  );
  const target = nodeId('Repository', stage.repository('acme/sandbox').id);
  expect((await move({ issueId: issueId(issue), repositoryId: target })).data.transferIssue.issue).toEqual({
    ...{ number: 1, title: 'Circles are flat', repository: { nameWithOwner: 'acme/sandbox' } },
    labels: { nodes: [{ name: 'bug' }] },
  });
  const gone = await stage.ask(engine(`issue(number: ${issue.number}) { id }`));
  expect(gone.errors[0]).toMatchObject({ type: 'NOT_FOUND', path: ['repository', 'issue'] });
});

test('comments are reacted to, and hidden with a reason', async () => {
  await using stage = await withIssues();
  const { state, issue, linus, tour } = stage;
  const subjectId = nodeId('IssueComment', addComment(state, issue, { author: linus, body: 'Buy now' }).id);
  const add = run(tour, 'addReaction', 'reaction { content user { login } } subject { id }');
  expect((await add({ subjectId, content: 'THUMBS_DOWN' }, 'ghp_linus')).data.addReaction).toEqual({
    ...{ reaction: { content: 'THUMBS_DOWN', user: { login: 'linus' } }, subject: { id: subjectId } },
  });
  const remove = run(tour, 'removeReaction', 'reactionGroups { content reactors(first: 1) { totalCount } }');
  const { reactionGroups } = (await remove({ subjectId, content: 'THUMBS_DOWN' }, 'ghp_linus')).data.removeReaction;
  expect(reactionGroups).toContainEqual({ content: 'THUMBS_DOWN', reactors: { totalCount: 0 } });
  const hide = run(tour, 'minimizeComment', 'minimizedComment { isMinimized minimizedReason }');
  expect((await hide({ subjectId, classifier: 'SPAM' }, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await hide({ subjectId, classifier: 'SPAM' })).data.minimizeComment.minimizedComment).toEqual({
    ...{ isMinimized: true, minimizedReason: 'spam' },
  });
});

test('issues and pull requests are searched together', async () => {
  await using stage = await withIssues();
  const { state, issue, other, grace, engine: repository } = stage;
  openPull(state, repository, {
    author: grace,
    title: 'Blue',
    body: `Fixes #${issue.number}`,
    head: 'feature/blue',
    base: 'main',
  });
  const search = async (q: string, first = 10) => {
    const text = `query ($q: String!) { search(query: $q, type: ISSUE, first: ${first}) { issueCount pageInfo { hasNextPage }
      nodes { __typename ... on Issue { number closedByPullRequestsReferences(first: 1) { nodes { title } } } ... on PullRequest { number } } } }`;
    return (await stage.ask(text, { q })).data.search;
  };
  expect(await search('repo:acme/engine is:issue author:linus')).toMatchObject({
    issueCount: 1,
    nodes: [{ __typename: 'Issue', number: other.number }],
  });
  expect((await search('repo:acme/engine is:pr')).nodes[0].__typename).toBe('PullRequest');
  expect(await search('repo:acme/engine', 2)).toMatchObject({ issueCount: 3, pageInfo: { hasNextPage: true } });
  expect((await search('flat')).nodes[0].closedByPullRequestsReferences.nodes).toEqual([{ title: 'Blue' }]);
  expect((await search('repo:acme/none')).issueCount).toBe(0);
});

test('the ids of issues and comments are those of the REST API', async () => {
  await using stage = await withIssues();
  const { issue, sandbox } = stage;
  const { url } = sandbox;
  const headers = { authorization: `bearer ${sandbox.token}`, 'user-agent': 'test' };
  const answer = await fetch(`${url}/repos/acme/engine/issues/${issue.number}`, { headers });
  const { node_id } = (await answer.json()) as { node_id: string };
  const { node } = (await stage.ask('query ($id: ID!) { node(id: $id) { ... on Issue { number } } }', { id: node_id }))
    .data;
  expect(node).toEqual({ number: issue.number });
});
