import { expect, test } from 'vitest';
import { refusalOf, withStage } from './collaboration.fixture.ts';

test('an issue is opened, changed, closed as a duplicate and read back with its timeline', async () => {
  await using stage = await withStage();
  const { asAda, at, sandbox } = stage;
  const { rest } = asAda;
  const first = (await rest.issues.create({ ...at, title: 'First', body: 'One\r\n' })).data;
  const made = await rest.issues.create({
    ...{
      ...at,
      title: 'Second',
      body: 'Same as #1, cc @bob',
      labels: ['bug', 'fresh'],
      assignees: ['bob'],
      type: 'Bug',
    },
  });
  expect(made.status).toBe(201);
  expect(first.body).toBe('One\r\n');
  const number = { ...at, issue_number: made.data.number };
  expect(made.data.labels).toMatchObject([{ name: 'bug' }, { name: 'fresh', color: 'ededed' }]);
  const milestone = (await rest.issues.createMilestone({ ...at, title: 'v1', due_on: '2027-01-01T00:00:00Z' })).data;
  await rest.issues.update({
    ...number,
    title: 'Renamed',
    milestone: milestone.number,
    labels: ['bug'],
    assignees: [],
  });
  await rest.issues.update({
    ...number,
    state: 'closed',
    state_reason: 'duplicate',
    duplicate_issue_id: first.id,
  } as never);
  const read = (await rest.issues.get(number)).data;
  expect(read).toMatchObject({
    state: 'closed',
    state_reason: 'duplicate',
    milestone: { title: 'v1', closed_issues: 1 },
  });
  const events = (await asAda.paginate(rest.issues.listEventsForTimeline, number)).map(({ event }) => event);
  expect(events).toEqual([
    ...[
      'labeled',
      'labeled',
      'assigned',
      'renamed',
      'unlabeled',
      'unassigned',
      'milestoned',
      'marked_as_duplicate',
      'closed',
    ],
  ]);
  const other = (await rest.issues.listEventsForTimeline({ ...at, issue_number: 1 })).data;
  expect(other).toMatchObject([{ event: 'cross-referenced', source: { issue: { number: 2 } } }]);
  expect((await rest.issues.listEvents(number)).data.length).toBe(9);
  expect((await rest.issues.listEventsForRepo(at)).data.length).toBe(9);
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('lists are filtered, sorted and paged', async () => {
  await using stage = await withStage();
  const { rest } = stage.asAda;
  const { at } = stage;
  for (const n of [1, 2, 3, 4, 5])
    await rest.issues.create({ ...at, title: `Issue ${n}`, body: 'text', labels: n % 2 ? ['odd'] : [] });
  await rest.issues.update({ ...at, issue_number: 1, state: 'closed', state_reason: 'not_planned' });
  await rest.issues.createComment({ ...at, issue_number: 3, body: 'hi' });
  await rest.issues.addAssignees({ ...at, issue_number: 4, assignees: ['bob', 'nobody'] });
  const numbers = async (query: object) =>
    (await rest.issues.listForRepo({ ...at, ...query })).data.map(({ number }) => number);
  expect(await numbers({})).toEqual([5, 4, 3, 2]);
  expect(await numbers({ state: 'all', labels: 'odd', direction: 'asc' })).toEqual([1, 3, 5]);
  expect(await numbers({ sort: 'comments' })).toEqual([3, 5, 4, 2]);
  expect(await numbers({ assignee: 'bob' })).toEqual([4]);
  expect(await numbers({ assignee: 'none', per_page: 2, page: 2 })).toEqual([2]);
  expect(await numbers({ creator: 'ada', state: 'closed' })).toEqual([1]);
  expect(await refusalOf(numbers({ milestone: '9' }))).toMatchObject({ status: 422 });
  const search = async (q: string) =>
    (await rest.search.issuesAndPullRequests({ q })).data.items.map((item) => item.number);
  expect(await search('repo:acme/app is:open label:odd')).toEqual([5, 3]);
  expect(await search('repo:acme/app is:issue assignee:bob')).toEqual([4]);
  expect(await search('org:acme "Issue 2" in:title')).toEqual([2]);
  expect(await search('author:@me no:label sort:created-asc')).toEqual([2, 4]);
  expect(await search('repo:acme/app -label:odd comments:<1 created:>2020-01-01')).toEqual([4, 2]);
  expect(await refusalOf(search('repo:acme/none x'))).toMatchObject({ status: 422 });
  expect(await refusalOf(search('wrong:thing'))).toMatchObject({ status: 422 });
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('comments, reactions and locks follow who may do what', async () => {
  await using stage = await withStage();
  const { asAda, asEve, at } = stage;
  const { number } = (await asEve.rest.issues.create({ ...at, title: 'Mine', labels: ['bug'], assignees: ['bob'] }))
    .data;
  const on = { ...at, issue_number: number };
  expect((await asEve.rest.issues.get(on)).data).toMatchObject({
    labels: [],
    assignees: [],
    author_association: 'NONE',
  });
  const { id } = (await asEve.rest.issues.createComment({ ...on, body: 'a' })).data;
  const later = (await asEve.rest.issues.updateComment({ ...at, comment_id: id, body: 'a\n<n>' })).data;
  expect(later.body).toBe('a\n<n>');
  const reaction = await asEve.rest.reactions.createForIssueComment({ ...at, comment_id: id, content: '+1' });
  expect(reaction.status).toBe(201);
  expect((await asEve.rest.reactions.createForIssueComment({ ...at, comment_id: id, content: '+1' })).status).toBe(200);
  expect((await asEve.rest.reactions.listForIssueComment({ ...at, comment_id: id })).data.length).toBe(1);
  await asEve.rest.reactions.deleteForIssueComment({ ...at, comment_id: id, reaction_id: reaction.data.id });
  await asAda.rest.issues.lock({ ...on, lock_reason: 'off-topic' });
  expect(await refusalOf(asEve.rest.issues.createComment({ ...on, body: 'b' }))).toMatchObject({ status: 403 });
  expect(await refusalOf(asEve.rest.issues.addLabels({ ...on, labels: ['bug'] }))).toMatchObject({ status: 403 });
  await asAda.rest.issues.unlock(on);
  await asAda.rest.issues.createComment({ ...on, body: 'c' });
  expect((await asEve.rest.issues.listComments({ ...on, since: '2020-01-01T00:00:00Z' })).data.length).toBe(2);
  expect((await asEve.rest.issues.listCommentsForRepo(at)).data.length).toBe(2);
  await asAda.rest.issues.deleteComment({ ...at, comment_id: id });
  expect(await refusalOf(asEve.rest.issues.getComment({ ...at, comment_id: id }))).toMatchObject({ status: 404 });
  const long = await refusalOf(asEve.rest.issues.create({ ...at, title: 'x', body: 'y'.repeat(65_537) }));
  expect(long).toMatchObject({ status: 422, data: { errors: [{ field: 'body', code: 'custom' }] } });
  expect(await refusalOf(asEve.rest.issues.create({ ...at, title: ' ' }))).toMatchObject({ status: 422 });
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('sub-issues and dependencies keep their order and refuse circles', async () => {
  await using stage = await withStage();
  const { asAda, at } = stage;
  const ids = new Map<number, number>();
  for (const n of [1, 2, 3]) ids.set(n, (await asAda.rest.issues.create({ ...at, title: `T${n}` })).data.id);
  const idOf = (n: number) => ids.get(n) as number;
  const of = (issue_number: number) => ({ ...at, issue_number });
  await asAda.rest.issues.addSubIssue({ ...of(1), sub_issue_id: idOf(2) });
  await asAda.rest.issues.addSubIssue({ ...of(1), sub_issue_id: idOf(3) });
  await asAda.rest.issues.reprioritizeSubIssue({ ...of(1), sub_issue_id: idOf(3), before_id: idOf(2) });
  expect((await asAda.rest.issues.listSubIssues(of(1))).data.map(({ number }) => number)).toEqual([3, 2]);
  const circle = asAda.rest.issues.addSubIssue({ ...of(2), sub_issue_id: idOf(1) });
  expect(await refusalOf(circle)).toMatchObject({ status: 422 });
  expect((await asAda.rest.issues.getParent(of(2))).data.number).toBe(1);
  await asAda.rest.issues.removeSubIssue({ ...of(1), sub_issue_id: idOf(2) });
  await asAda.rest.issues.addBlockedByDependency({ ...of(1), issue_id: idOf(3) });
  expect((await asAda.rest.issues.listDependenciesBlocking(of(3))).data.map(({ number }) => number)).toEqual([1]);
  const back = asAda.rest.issues.addBlockedByDependency({ ...of(3), issue_id: idOf(1) });
  expect(await refusalOf(back)).toMatchObject({ status: 422 });
  await asAda.rest.issues.removeDependencyBlockedBy({ ...of(1), issue_id: idOf(3) });
  expect((await asAda.rest.issues.listDependenciesBlockedBy(of(1))).data).toEqual([]);
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('labels and milestones are kept, and refused as GitHub refuses them', async () => {
  await using stage = await withStage();
  const { asAda, asEve, at } = stage;
  const { issues } = asAda.rest;
  await issues.createLabel({ ...at, name: 'area: core', color: 'ff0000', description: 'Core' });
  await issues.create({ ...at, title: 'x', labels: ['area: core'] });
  await issues.updateLabel({ ...at, name: 'area: core', new_name: 'core' });
  expect((await issues.get({ ...at, issue_number: 1 })).data.labels).toMatchObject([{ name: 'core' }]);
  await issues.setLabels({ ...at, issue_number: 1, labels: ['bug', 'core'] });
  await issues.removeLabel({ ...at, issue_number: 1, name: 'bug' });
  const twice = issues.createLabel({ ...at, name: 'CORE', color: '00ff00' });
  expect(await refusalOf(twice)).toMatchObject({ status: 422, data: { errors: [{ code: 'already_exists' }] } });
  expect(await refusalOf(asEve.rest.issues.createLabel({ ...at, name: 'q' }))).toMatchObject({ status: 403 });
  await issues.deleteLabel({ ...at, name: 'core' });
  expect((await issues.listLabelsOnIssue({ ...at, issue_number: 1 })).data).toEqual([]);
  const { number } = (await issues.createMilestone({ ...at, title: 'm' })).data;
  await issues.updateMilestone({ ...at, milestone_number: number, state: 'closed' });
  expect((await issues.listMilestones({ ...at, state: 'closed' })).data.length).toBe(1);
  await issues.deleteMilestone({ ...at, milestone_number: number });
  expect(await refusalOf(issues.getMilestone({ ...at, milestone_number: number }))).toMatchObject({ status: 404 });
  expect((await issues.listAssignees(at)).data.map(({ login }) => login)).toEqual(['ada', 'bob']);
  await issues.checkUserCanBeAssigned({ ...at, assignee: 'bob' });
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});
