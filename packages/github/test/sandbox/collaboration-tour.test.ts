import { expect, test } from 'vitest';
import {
  type Advisory,
  addCodeAlert,
  addDependencyAlert,
  addSecretAlert,
  advisoriesOf,
  repositoryAdvisoriesOf,
} from '../../sandbox/model/alerts.ts';
import { addCommitComment } from '../../sandbox/model/commit-comments.ts';
import { addGist } from '../../sandbox/model/gists.ts';
import { addSubIssue } from '../../sandbox/model/issue-links.ts';
import { notify, watchesOf } from '../../sandbox/model/notifications.ts';
import { releasesOf } from '../../sandbox/model/releases.ts';
import { placedComments } from '../../sandbox/model/reviews-of.ts';
import { secretNamesOf, variablesOf } from '../../sandbox/routes/action-settings.ts';
import { collaboration } from '../../sandbox/routes/collaboration.ts';
import { seedWorkshop } from '../../sandbox/seed-workshop.ts';
import { withStage } from './collaboration.fixture.ts';

/** A workshop in which every route finds something, and the parameters that lead there, some by the start of the path. */
async function withEverything() {
  const stage = await withStage();
  const { sandbox, ada, bob, eve, app } = stage;
  const { state } = sandbox;
  const shop = seedWorkshop(state, { owner: app.owner, author: bob, reviewer: ada });
  const { repository, large, run } = shop;
  const [parent, issue] = shop.hostile;
  if (!parent || !issue) throw new Error('the workshop has issues');
  addSubIssue(state, parent, { child: issue, actor: ada, replaceParent: false });
  issue.assignees.push(bob);
  issue.milestone = repository.milestones[0];
  const commit = large.pull.head.sha;
  const advisory: Advisory = {
    ...{ ghsaId: 'GHSA-aaaa-bbbb-cccc', cveId: null, summary: 's', description: 'd', severity: 'high' },
    ...{
      cvss: { score: 7, vector: 'CVSS:3.1/AV:N' },
      cwes: [{ id: 'CWE-79', name: 'XSS' }],
      ecosystem: 'npm',
      package: 'p',
    },
    ...{
      vulnerable: '< 1',
      patched: '1',
      references: [],
      publishedAt: state.now(),
      updatedAt: state.now(),
      type: 'reviewed',
    },
  };
  const rule = { id: 'r', name: 'r', description: 'd', severity: 'high' } as const;
  const place = { ref: 'refs/heads/main', path: 'a', startLine: 1, endLine: 1 };
  addCodeAlert(state, repository, { rule, tool: 'CodeQL', commit, message: 'm', ...place });
  const secret = {
    secretType: 't',
    displayName: 'T',
    secret: 's',
    validity: 'unknown',
    blob: commit,
    line: 1,
  } as const;
  addSecretAlert(state, repository, { ...secret, commit, path: 'a' });
  addDependencyAlert(state, repository, { advisory, manifest: 'package.json', scope: 'runtime' });
  advisoriesOf(state).push(advisory);
  repositoryAdvisoriesOf(repository).push({ ...advisory, state: 'published', author: ada, createdAt: state.now() });
  variablesOf(repository).set('V', 'v');
  secretNamesOf(repository).add('S');
  run.pending.push({ id: 7, name: 'production', reviewers: [ada] });
  notify(state, ada, { issue, reason: 'mention' });
  watchesOf(ada).set(repository.id, { subscribed: true, ignored: false, createdAt: state.now() });
  const gist = addGist(state, { owner: ada, files: { 'a.md': 'a' }, isPublic: true });
  gist.stars.add(ada.id);
  gist.comments.push({ id: 5, author: eve, body: 'b', createdAt: state.now(), updatedAt: state.now() });
  const commitComment = addCommitComment(state, repository, { author: eve, commit, body: 'b' });
  const release = releasesOf(repository)[0];
  release?.assets.push({
    ...{ id: 6, name: 'a.zip', label: null, contentType: 'application/zip', data: Buffer.from('a'), uploader: ada },
    ...{ createdAt: state.now(), updatedAt: state.now(), downloads: 0 },
  });
  const thread = (await stage.asAda.rest.activity.listNotificationsForAuthenticatedUser()).data[0]?.id ?? '';
  const reviewComment = placedComments(large.pull)[0]?.comment.id ?? 0;
  const values: Readonly<Record<string, string | number>> = {
    ...{
      owner: 'acme',
      repo: 'workshop',
      org: 'acme',
      username: 'ada',
      issue_number: issue.number,
      name: 'bug',
      assignee: 'bob',
    },
    ...{
      milestone_number: 1,
      pull_number: large.number,
      review_id: large.pull.reviews[0]?.id ?? 0,
      ref: commit,
      sha: commit,
    },
    ...{
      commit_sha: commit,
      event_id: large.events[0]?.id ?? issue.events[0]?.id ?? 0,
      run_id: run.id,
      attempt_number: 1,
    },
    ...{
      job_id: run.jobs[1]?.id ?? 0,
      artifact_id: run.artifacts[0]?.id ?? 0,
      archive_format: 'zip',
      workflow_id: 'ci.yml',
    },
    ...{
      check_run_id: run.jobs[1]?.id ?? 0,
      check_suite_id: run.suiteId,
      release_id: release?.id ?? 0,
      tag: 'v0.9.0',
      asset_id: 6,
    },
    ...{ alert_number: 1, ghsa_id: advisory.ghsaId, thread_id: thread, gist_id: gist.id, secret_name: 'S' },
  };
  const special: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    '/gists/{gist_id}/comments': { comment_id: 5 },
    '/gists/{gist_id}/{sha}': { sha: gist.revisions[0]?.version ?? '' },
    '/repos/{owner}/{repo}/pulls/comments': { comment_id: reviewComment },
    '/repos/{owner}/{repo}/issues/comments': { comment_id: issue.comments[0]?.id ?? 0 },
    '/repos/{owner}/{repo}/comments': { comment_id: commitComment.id },
    '/repos/{owner}/{repo}/actions/variables': { name: 'V' },
    '/repos/{owner}/{repo}/issues/events': { event_id: issue.events.find(({ event }) => event === 'labeled')?.id ?? 0 },
  };
  return { ...stage, values, special };
}

/** Nothing is merged yet, and nothing waits for anything else. */
const empty = new Set(['GET /repos/{owner}/{repo}/pulls/{pull_number}/merge']);

test('every read of issues, pull requests, actions, releases, gists and security is as the description says', async () => {
  await using stage = await withEverything();
  const { sandbox, values, special, asAda } = stage;
  const routes = collaboration.flatMap((area) => Object.keys(area.routes)).filter((route) => route.startsWith('GET '));
  const failed: string[] = [];
  for (const route of routes) {
    const path = route.slice('GET '.length);
    const own = Object.entries(special).find(([start]) => path.startsWith(start))?.[1];
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const given = Object.fromEntries(names.map((name) => [name, own?.[name] ?? values[name]]));
    const query = path === '/search/issues' ? { q: 'repo:acme/workshop is:issue' } : {};
    const status = await asAda.request(route, { ...given, ...query }).then(
      (response) => response.status,
      (error: { status: number }) => error.status,
    );
    if (status >= 400 && !empty.has(route)) failed.push(`${status} ${route}`);
  }
  expect(failed).toEqual([]);
  expect(routes.length).toBeGreaterThan(90);
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('the smaller writes answer with the status that the description gives them', async () => {
  await using stage = await withEverything();
  const { sandbox, values, special, asAda, asBob } = stage;
  const repo = '/repos/{owner}/{repo}';
  const run = async (route: string, body: object = {}, client = asAda) => {
    const path = route.slice(route.indexOf(' ') + 1);
    const own = Object.entries(special).find(([start]) => path.startsWith(start))?.[1];
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const given = Object.fromEntries(names.map((name) => [name, own?.[name] ?? values[name]]));
    return (await client.request(route, { ...given, ...body })).status;
  };
  const answers: Readonly<Record<string, number>> = {
    [`PUT ${repo}/issues/{issue_number}/labels`]: await run(`PUT ${repo}/issues/{issue_number}/labels`, {
      labels: ['bug'],
    }),
    [`DELETE ${repo}/issues/{issue_number}/labels`]: await run(`DELETE ${repo}/issues/{issue_number}/labels`),
    [`DELETE ${repo}/issues/{issue_number}/assignees`]: await run(`DELETE ${repo}/issues/{issue_number}/assignees`, {
      assignees: ['bob'],
    }),
    [`PUT ${repo}/actions/workflows/{workflow_id}/disable`]: await run(
      `PUT ${repo}/actions/workflows/{workflow_id}/disable`,
    ),
    [`PUT ${repo}/actions/workflows/{workflow_id}/enable`]: await run(
      `PUT ${repo}/actions/workflows/{workflow_id}/enable`,
    ),
    [`POST ${repo}/actions/jobs/{job_id}/rerun`]: await run(`POST ${repo}/actions/jobs/{job_id}/rerun`),
    [`POST ${repo}/actions/runs/{run_id}/force-cancel`]: await run(`POST ${repo}/actions/runs/{run_id}/force-cancel`),
    [`POST ${repo}/actions/runs/{run_id}/pending_deployments`]: await run(
      `POST ${repo}/actions/runs/{run_id}/pending_deployments`,
      {
        ...{ environment_ids: [7], state: 'approved', comment: 'Go' },
      },
    ),
    [`DELETE ${repo}/actions/artifacts/{artifact_id}`]: await run(`DELETE ${repo}/actions/artifacts/{artifact_id}`),
    [`PATCH ${repo}/releases/assets/{asset_id}`]: await run(`PATCH ${repo}/releases/assets/{asset_id}`, { label: 'L' }),
    'PUT /notifications': await run('PUT /notifications', { read: true }),
    'DELETE /notifications/threads/{thread_id}/subscription': await run(
      'DELETE /notifications/threads/{thread_id}/subscription',
    ),
    [`DELETE ${repo}/subscription`]: await run(`DELETE ${repo}/subscription`),
    'DELETE /gists/{gist_id}/star': await run('DELETE /gists/{gist_id}/star'),
    [`PUT ${repo}/pulls/{pull_number}/reviews/{review_id}`]: await run(
      `PUT ${repo}/pulls/{pull_number}/reviews/{review_id}`,
      { body: 'B' },
    ),
    [`DELETE ${repo}/pulls/{pull_number}/requested_reviewers`]: await run(
      ...([`DELETE ${repo}/pulls/{pull_number}/requested_reviewers`, { reviewers: ['ada'] }, asBob] as const),
    ),
    [`PATCH ${repo}/pulls/{pull_number}`]: await run(`PATCH ${repo}/pulls/{pull_number}`, {
      title: 'T',
      state: 'closed',
    }),
  };
  expect(Object.values(answers)).toEqual([
    200, 204, 200, 204, 204, 201, 202, 200, 204, 200, 205, 204, 204, 204, 200, 200, 200,
  ]);
  expect(sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});
