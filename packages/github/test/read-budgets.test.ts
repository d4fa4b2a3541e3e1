import { expect, test } from 'vitest';
import { commitFiles } from '../sandbox/model/commits.ts';
import { addDiscussion, addDiscussionComment } from '../sandbox/model/discussions.ts';
import { addGist, addGistComment } from '../sandbox/model/gists.ts';
import { addComment, addIssue } from '../sandbox/model/issue-store.ts';
import { addLabel } from '../sandbox/model/milestones.ts';
import { addDraftItem, addProject, addProjectField } from '../sandbox/model/projects.ts';
import { openPull } from '../sandbox/model/pulls.ts';
import { tools } from '../src/tools/index.ts';
import { type ReadWorld, withWorld } from './read.fixture.ts';

type Row = Record<string, unknown>;
const repo = 'ada/site';
const sizes = [2000, 5000, 20_000];

/** Asks with every budget; the answer keeps to it in its text and in its data. */
async function keepsTo(world: ReadWorld, tool: string, args: Row): Promise<Row> {
  let last: Row = {};
  for (const max_chars of sizes) {
    const { data, text, isError } = await world.call(tool, { ...args, max_chars });
    const what = `${tool} ${JSON.stringify(args)} within ${max_chars}`;
    expect.soft(isError, `${what}: ${text.slice(0, 500)}`).toBe(false);
    expect.soft(text.length, `text of ${what}`).toBeLessThanOrEqual(max_chars);
    expect.soft(JSON.stringify(data).length, `data of ${what}`).toBeLessThanOrEqual(max_chars);
    last = data;
  }
  return last;
}

const texts = {
  'of two characters': '+1',
  'as long as GitHub takes': 'A sentence of "it".\n'.repeat(3200),
  'of hidden characters': '\u202e\u2066'.repeat(15_000),
  'of short lines': 'a\n'.repeat(30_000),
};

test.each(Object.entries(texts))('issues and comments %s keep to the budget', async (_, body) => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x\n' });
  const issue = addIssue(state, repository, { author: world.ada, title: 'Much', body });
  for (let n = 0; n < 60; n += 1) addComment(state, issue, { author: world.ada, body });
  for (let n = 0; n < 30; n += 1) addIssue(state, repository, { author: world.ada, title: `I ${n}`, body });
  const include = ['comments', 'timeline', 'sub_issues', 'parent', 'blocked_by', 'blocking', 'linked_pulls'];
  await keepsTo(world, 'github_issue', { repo, number: issue.number });
  await keepsTo(world, 'github_issue', { repo, number: issue.number, include: ['comments'], limit: 100 });
  await keepsTo(world, 'github_issue', { repo, number: issue.number, include, limit: 100 });
  await keepsTo(world, 'github_list_issues', { repo, fields: ['number', 'body'], limit: 100 });
  await keepsTo(world, 'github_list_issues', { repo, limit: 100 });
});

test('pull requests that close an issue keep to the budget, and say how many there are', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const repository = world.repository({ a: 'x\n' });
  const issue = addIssue(state, repository, { author: world.ada, title: 'To do' });
  for (let n = 0; n < 25; n += 1) {
    commitFiles(state, repository, { branch: `b${n}`, message: 'x', files: { [`f${n}`]: 'x\n' }, author: world.ada });
    const pull = { author: world.ada, title: `Do it ${'x'.repeat(200)}`, head: `b${n}`, base: 'main' };
    openPull(state, repository, { ...pull, body: `Closes #${issue.number}` });
  }
  const asked = { repo, number: issue.number, include: ['linked_pulls'], limit: 100, max_chars: 2000 };
  const { data, text } = await world.call('github_issue', asked);
  expect(text).toMatch(/linked_pulls: \d of 25/);
  expect((data.lists as Row).linked_pulls).toMatchObject({ total: 25, truncated: true });
  await keepsTo(world, 'github_issue', asked);
  await keepsTo(world, 'github_list_pulls', { repo, fields: ['number', 'title', 'body'], limit: 100 });
});

test.each(Object.entries(texts))(
  'discussions, gists and projects with texts %s keep to the budget',
  async (_, text) => {
    await using world = await withWorld(tools);
    const { state } = world.sandbox;
    const { ada } = world;
    const repository = world.repository({ a: 'x\n' }, { hasDiscussions: true });
    const discussion = addDiscussion(state, repository, { author: ada, title: 'Talk', body: text });
    for (let n = 0; n < 20; n += 1) {
      const comment = addDiscussionComment(state, discussion, { author: ada, body: text });
      for (let m = 0; m < 5; m += 1)
        addDiscussionComment(state, discussion, { author: ada, body: text, replyTo: comment });
    }
    const gist = addGist(state, { owner: ada, description: 'Many', files: { 'a.txt': text, 'b.txt': text } });
    for (let n = 0; n < 30; n += 1) addGistComment(state, gist, { author: ada, body: text });
    const project = addProject(state, { owner: ada, creator: ada, title: 'Plan' });
    const options = Array.from({ length: 40 }, (__, n) => `Option ${n} of many`);
    for (let n = 0; n < 12; n += 1)
      addProjectField(state, project, { name: `Field ${n}`, type: 'SINGLE_SELECT', options });
    for (let n = 0; n < 30; n += 1) addDraftItem(state, project, { title: `Draft ${n}`, body: text, by: ada });
    await keepsTo(world, 'github_discussions', { repo, number: discussion.number, limit: 100 });
    await keepsTo(world, 'github_gists', { gist_id: gist.id, include: ['comments', 'history'], limit: 100 });
    const { notes } = await keepsTo(world, 'github_projects', { owner: 'ada', number: project.number, limit: 100 });
    expect(notes).toEqual([expect.stringContaining('more fields did not fit')]);
  },
);

test('a gist of many files keeps to the budget and says how many are left out', async () => {
  await using world = await withWorld(tools);
  const files = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`file-${n}.txt`, `text ${n}\n`.repeat(20)]));
  const gist = addGist(world.sandbox.state, { owner: world.ada, description: 'Many', files });
  const data = await keepsTo(world, 'github_gists', { gist_id: gist.id });
  expect(data).toMatchObject({ truncated: true, notes: [expect.stringMatching(/\d+ more files did not fit/)] });
});

test('lists of a repository share the budget, files with the numbers of their lines and diffs keep to it', async () => {
  await using world = await withWorld(tools);
  const { state } = world.sandbox;
  const lines = 'x\n'.repeat(20_000);
  const repository = world.repository({ 'a.txt': lines, 'b.txt': lines });
  for (let n = 0; n < 60; n += 1) {
    addLabel(state, repository, { name: `label ${n}`, color: 'ff0000', description: 'x'.repeat(90) } as never);
    repository.refs.set(`refs/heads/branch-${n}`, repository.refs.get('refs/heads/main') ?? '');
  }
  const parts = ['branches', 'tags', 'releases', 'collaborators', 'labels', 'milestones', 'languages', 'rulesets'];
  await keepsTo(world, 'github_repo', { repo, include: ['labels'], limit: 100 });
  await keepsTo(world, 'github_repo', { repo, include: ['labels', 'branches'], limit: 100 });
  await keepsTo(world, 'github_repo', { repo, include: parts, limit: 100 });
  const files = [{ path: 'a.txt' }, { path: 'b.txt', from: 19_000 }, { path: 'none.txt' }];
  await keepsTo(world, 'github_read_files', { repo, files, line_numbers: true });
  const changed = { 'c.txt': 'y\n'.repeat(150), 'a.txt': lines.replaceAll(/(x\n){9}x\n/g, `${'x\n'.repeat(9)}y\n`) };
  commitFiles(state, repository, { branch: 'fix', message: 'x', files: changed, author: world.ada });
  const pull = openPull(state, repository, { author: world.ada, title: 'T', head: 'fix', base: 'main' });
  await keepsTo(world, 'github_pull_diff', { repo, number: pull.number });
  await keepsTo(world, 'github_history', { repo, show: 'compare', base: 'main', head: 'fix', diff: true });
});
