import { expect, test } from 'vitest';
import { errorLines } from '../../sandbox/seed-log.ts';
import { hostileBodies } from '../../sandbox/seed-texts.ts';
import { seedWorkshop } from '../../sandbox/seed-workshop.ts';
import { refusalOf, withStage } from './collaboration.fixture.ts';

async function withWorkshop() {
  const stage = await withStage();
  const { sandbox, ada, bob, app } = stage;
  const shop = seedWorkshop(sandbox.state, { owner: app.owner, author: bob, reviewer: ada });
  return { ...stage, shop, at: { owner: 'acme', repo: 'workshop' } };
}

test('hostile bodies come back byte for byte', async () => {
  await using stage = await withWorkshop();
  const { asEve, at, shop } = stage;
  const read = await asEve.paginate(asEve.rest.issues.listForRepo, {
    ...at,
    labels: 'bug',
    direction: 'asc',
    per_page: 5,
  });
  expect(read.map(({ body }) => body)).toEqual(shop.hostile.map(({ body }) => body));
  expect(read.length).toBe(Object.keys(hostileBodies).length + 1);
  expect(read.at(-1)?.body?.length).toBe(60_000);
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('the large pull request has 40 files, 20 comments, reviews and checks of every kind', async () => {
  await using stage = await withWorkshop();
  const { asBob, at, shop } = stage;
  const on = { ...at, pull_number: shop.large.number };
  const pull = (await asBob.rest.pulls.get(on)).data;
  expect(pull).toMatchObject({
    changed_files: 40,
    commits: 4,
    review_comments: 20,
    mergeable: true,
    mergeable_state: 'unstable',
  });
  expect(
    (await asBob.paginate(asBob.rest.pulls.listFiles, on)).every(({ patch }) => patch?.includes('Promise<number>')),
  ).toBe(true);
  const comments = await asBob.paginate(asBob.rest.pulls.listReviewComments, on);
  expect(comments.filter(({ in_reply_to_id }) => in_reply_to_id !== undefined).length).toBe(2);
  const checks = (await asBob.rest.checks.listForRef({ ...at, ref: pull.head.sha })).data.check_runs;
  expect(checks.map(({ conclusion }) => conclusion).sort()).toEqual(['failure', 'neutral', 'success']);
  expect((await asBob.rest.repos.getCombinedStatusForRef({ ...at, ref: pull.head.sha })).data.state).toBe('pending');
  const conflict = (await asBob.rest.pulls.get({ ...at, pull_number: shop.conflicting.number })).data;
  expect(conflict).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
  expect(stage.sandbox.unknown).toEqual([]);
  expect(stage.deviations()).toEqual([]);
});

test('a diff of twenty thousand lines is refused, and its file has no patch', async () => {
  await using stage = await withWorkshop();
  const { asBob, at, shop } = stage;
  const on = { ...at, pull_number: shop.huge.number };
  const diff = asBob.rest.pulls.get({ ...on, mediaType: { format: 'diff' } });
  expect(await refusalOf(diff)).toMatchObject({ status: 406, data: { errors: [{ code: 'too_large' }] } });
  const [file] = (await asBob.rest.pulls.listFiles(on)).data;
  expect(file).toMatchObject({ additions: 20_000, deletions: 20_000 });
  expect(file?.patch).toBeUndefined();
  expect(stage.sandbox.unknown).toEqual([]);
});

test('the log of the failed job has its errors in the middle of a hundred thousand lines', async () => {
  await using stage = await withWorkshop();
  const { asBob, at, shop } = stage;
  const job = shop.run.jobs[1]?.id ?? 0;
  const log = await asBob.rest.actions.downloadJobLogsForWorkflowRun({ ...at, job_id: job });
  const lines = String(log.data).split('\n');
  expect(lines.length).toBe(100_001);
  expect(lines[(errorLines[1] ?? 0) - 1]).toMatch(/^2026-03-01T10:08:20\.\d{7}Z ##\[error\]src\/parser\.ts/);
  expect(stage.sandbox.unknown).toEqual([]);
});
