import { expect, test } from 'vitest';
import { addRun, workflowsOf } from '../../sandbox/model/actions.ts';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { addComment, addIssue } from '../../sandbox/model/issue-store.ts';
import { addDraftItem, projectsOf } from '../../sandbox/model/projects.ts';
import { tools } from '../../src/tools/index.ts';
import { type Acceptance, addTalk, factsOf, repositoryOf, withServer } from './acceptance.fixture.ts';
import { addBeside } from './beside.fixture.ts';
import { type Call, readCalls } from './calls.fixture.ts';
import { accountOf } from './outside.fixture.ts';

const offered = new Set(tools.map(({ name }) => name));
const repo = 'acme/workshop';
type Data = Record<string, unknown>;
type Rows = readonly Data[];

/** What stands around the content of an answer: marks, names, cursors and how to go on. */
const around = 1200;

/** 120 issues, 60 comments on the first, 60 commits, 40 runs, and 400 files in 40 folders. */
function addPlenty({ sandbox }: Acceptance) {
  const { state } = sandbox;
  const repository = repositoryOf(sandbox, repo);
  const author = accountOf(sandbox, 'grace');
  const body = 'A sentence of it. '.repeat(20);
  for (let n = 1; n <= 120; n += 1)
    addIssue(state, repository, { author, title: `Plenty ${n} ${'x'.repeat(80)}`, body });
  const issue = addIssue(state, repository, { author, title: 'Much talk', body });
  for (let n = 1; n <= 60; n += 1) addComment(state, issue, { author, body: `Comment ${n}. ${body}` });
  for (let n = 1; n <= 60; n += 1)
    commitFiles(state, repository, { author, message: `Step ${n}`, files: { 'n.txt': `${n}\n` } });
  const files = Object.fromEntries(
    Array.from({ length: 400 }, (_, n) => [`many/folder-${n % 40}/a-file-with-a-long-name-${n}.txt`, `${n}\n`]),
  );
  commitFiles(state, repository, { author, message: 'Many files', files });
  const [workflow] = workflowsOf(repository);
  const sha = repository.refs.get('refs/heads/main') ?? '';
  for (let n = 1; workflow && n <= 40; n += 1) {
    addRun(state, repository, {
      workflow,
      headBranch: 'main',
      headSha: sha,
      actor: author,
      event: 'push',
      title: `Run ${n}`,
      jobs: [],
    });
  }
  return { issue, sha };
}

/** Items of acme's first project. */
function addDrafts({ sandbox }: Acceptance, { count, text }: { count: number; text: string }): void {
  const [project] = projectsOf(accountOf(sandbox, 'acme'));
  if (!project) throw new Error('acme has a project');
  const by = accountOf(sandbox, 'grace');
  for (let n = 1; n <= count; n += 1) addDraftItem(sandbox.state, project, { title: `Draft ${n}`, body: text, by });
}

test.each([2000, undefined])(
  'with max_chars %s every reading tool keeps to it, in text and in data',
  async (max_chars) => {
    await using server = await withServer();
    const { issue, sha } = addPlenty(server);
    const facts = factsOf(server.sandbox);
    const { number: talk } = addTalk(server.sandbox);
    const text = 'Words and more words. '.repeat(10);
    const beside = addBeside(server.sandbox, { repository: facts.workshop, text });
    addDrafts(server, { count: 60, text });
    const at = { repo, number: issue.number };
    const calls: Call[] = [
      ...readCalls({ ...facts, head: sha }, { talk, ...beside }),
      ...readCalls(facts, { talk, ...beside }),
      ['github_issue', { ...at, include: ['comments', 'timeline'], limit: 100 }],
      ['github_issue', { repo, number: 14 }],
      ['github_list_issues', { repo, state: 'all', limit: 100, fields: ['number', 'title', 'body'] }],
      ['github_list_issues', { repo, state: 'all', limit: 100 }],
      ['github_list_pulls', { repo, state: 'all', fields: ['number', 'body'] }],
      ['github_history', { repo, limit: 100 }],
      ['github_history', { repo, show: 'blame', path: 'data/table.csv' }],
      ['github_history', { repo, show: 'compare', base: 'main', head: 'load-lazily' }],
      ['github_tree', { repo }],
      ['github_read_files', { repo, files: [{ path: 'data/table.csv' }, { path: 'src/module-1.ts' }] }],
      ['github_read_files', { repo, files: [{ path: 'many' }, { path: 'many/folder-1' }] }],
      ['github_pull_diff', { repo, number: facts.large.number }],
      ['github_actions', { repo, limit: 100 }],
      ['github_search', { kind: 'issues', query: 'Plenty', filters: { repo }, limit: 100 }],
      ...['errors', 'head', 'tail', 'steps'].map(
        (show): Call => ['github_job_logs', { repo, job_id: facts.job, show, lines: 2000 }],
      ),
      ...[true, false].map(
        (regex): Call => [
          'github_job_logs',
          { repo, job_id: facts.job, show: 'grep', pattern: 'case', regex, all_steps: true },
        ],
      ),
    ];
    for (const [tool, args] of calls) {
      if (!offered.has(tool) || tool === 'github_whoami') continue;
      const { isError, text, data } = await server.call(tool, {
        ...args,
        ...(max_chars !== undefined && { max_chars }),
      });
      const what = `${tool} ${JSON.stringify(args)}`;
      expect.soft(isError, `${what}: ${text}`).toBe(false);
      const most = (max_chars ?? 20_000) + around;
      expect.soft(text.length, `text of ${what}`).toBeLessThanOrEqual(most);
      expect.soft(JSON.stringify(data).length, `data of ${what}`).toBeLessThanOrEqual(most);
    }
  },
);

/** Every page, from the first call on; more than two hundred are a circle. */
async function pagesOf(server: Acceptance, call: Call, cursorOf: (data: Data) => unknown): Promise<Data[]> {
  const [tool, args] = call;
  const { max_chars, limit } = args;
  const pages: Data[] = [];
  let given = args;
  for (;;) {
    const { data, isError, text } = await server.call(tool, given);
    if (isError) throw new Error(text);
    pages.push(data);
    const cursor = cursorOf(data);
    if (cursor === undefined) return pages;
    if (pages.length > 200) throw new Error(`${tool} does not end`);
    given = { cursor, max_chars, ...(limit !== undefined && { limit }) };
  }
}

const ownCursor = (data: Data) => data.next_cursor;
const max_chars = 2000;

test('pages of every list give everything, and nothing twice', async () => {
  await using server = await withServer();
  const { issue } = addPlenty(server);
  const cases = [
    { call: ['github_list_issues', { repo, state: 'all', limit: 30, max_chars }], key: 'number', count: 14 + 121 },
    { call: ['github_history', { repo, limit: 30, max_chars }], key: 'sha', count: 63 },
    { call: ['github_actions', { repo, limit: 7, max_chars }], key: 'id', count: 41 },
    { call: ['github_list_pulls', { repo, state: 'all', limit: 2, max_chars }], key: 'number', count: 3 },
    {
      call: ['github_search', { kind: 'issues', query: 'Plenty', filters: { repo }, limit: 30, max_chars }],
      ...{ key: 'number', count: 120 },
    },
  ] as const;
  for (const { call, key, count } of cases) {
    const rows = (await pagesOf(server, call, ownCursor)).flatMap((data) => data.rows as Rows);
    const keys = rows.map((row) => row[key] ?? row.run_id);
    expect.soft(new Set(keys).size, call[0]).toBe(keys.length);
    expect.soft(keys.length, `${call[0]} ${JSON.stringify(rows[0])}`).toBe(count);
  }
  const commentsOf = (data: Data) => (data.lists as Record<string, { items: Rows; next_cursor?: string }>).comments;
  const at = { repo, number: issue.number, include: ['comments'], limit: 25, max_chars };
  const talk = await pagesOf(server, ['github_issue', at], (data) => commentsOf(data)?.next_cursor);
  const bodies = talk.flatMap((data) => commentsOf(data)?.items ?? []).map(({ body }) => String(body).split('.')[0]);
  expect(bodies).toEqual(Array.from({ length: 60 }, (_, n) => `Comment ${n + 1}`));
});

test('pages of a tree give every file once', async () => {
  await using server = await withServer();
  addPlenty(server);
  const pages = await pagesOf(server, ['github_tree', { repo, path: 'many', depth: 9, max_chars }], ownCursor);
  const names = pages
    .flatMap((data) => data.folders as { path: string; entries: { name: string; type?: string }[] }[])
    .flatMap(({ path, entries }) => entries.filter(({ type }) => type !== 'dir').map(({ name }) => `${path}/${name}`));
  expect(names.length).toBe(400);
  expect(new Set(names).size).toBe(400);
  expect(pages.length).toBeGreaterThan(3);
});

test('pages of a diff give every hunk of every file once', async () => {
  await using server = await withServer();
  const { large } = factsOf(server.sandbox);
  const pages = await pagesOf(server, ['github_pull_diff', { repo, number: large.number, max_chars }], ownCursor);
  const hunks = pages
    .flatMap((data) => data.files as { path: string; hunks?: { hunk: number; text: string }[] }[])
    .flatMap(({ path, hunks: inside = [] }) => inside.map(({ hunk, text }) => ({ at: `${path} ${hunk}`, text })));
  expect(hunks.length).toBe(80);
  expect(new Set(hunks.map(({ at }) => at)).size).toBe(80);
  expect(hunks.every(({ text }) => text.includes('Promise<number>'))).toBe(true);
});

test('a diff that GitHub shows no patch of is named with its size', async () => {
  await using server = await withServer();
  const { huge } = factsOf(server.sandbox);
  const { data, isError, text } = await server.call('github_pull_diff', { repo, number: huge.number });
  expect(isError, text).toBe(false);
  const [file] = data.files as Rows;
  expect(file).toMatchObject({ path: 'data/table.csv', additions: 20_000, deletions: 20_000 });
  expect(String(file?.note)).not.toBe('undefined');
});

test('a long file is read to its end by next_from, every line once', async () => {
  await using server = await withServer();
  let from: number | undefined = 1;
  let whole = '';
  for (let page = 0; from !== undefined && page < 40; page += 1) {
    const files: Rows = [{ path: 'data/table.csv', from }];
    const { data } = await server.call('github_read_files', { repo, files, max_chars: 50_000 });
    const [file] = data.files as Rows;
    whole += file?.content;
    from = file?.next_from as number | undefined;
  }
  expect(whole).toBe(`${Array.from({ length: 20_000 }, (_, n) => `${n + 1},before`).join('\n')}\n`);
});

test('the errors of a log of a hundred thousand lines come in one call', async () => {
  await using server = await withServer();
  const { run } = factsOf(server.sandbox);
  const { data, text } = await server.call('github_job_logs', { repo, run_id: run });
  const [log] = data.jobs as { lines: number; parts: { from: number; to: number; text: string }[] }[];
  const seen = (line: number) => log?.parts.some(({ from, to }) => from <= line && line <= to);
  expect(log?.lines).toBe(100_000);
  expect([50_001, 49_990].map(seen)).toEqual([true, true]);
  expect(text).toContain('error TS2322');
});

test('the overview of a pull request with 40 files and 20 comments is one call, and short', async () => {
  await using server = await withServer();
  const { large } = factsOf(server.sandbox);
  const { data, text } = await server.call('github_pull', { repo, number: large.number });
  expect(text.length).toBeLessThan(8000);
  expect(JSON.stringify(data).length).toBeLessThan(8000);
  expect(server.sandbox.requests.length).toBeLessThanOrEqual(2);
  for (const fact of ['test', 'deploy/preview', 'changes', 'threads']) expect(text.toLowerCase()).toContain(fact);
});
