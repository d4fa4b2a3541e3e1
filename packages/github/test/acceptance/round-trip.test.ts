import { expect, test } from 'vitest';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { discussionsOf } from '../../sandbox/model/discussions.ts';
import { issuesOf } from '../../sandbox/model/issue.ts';
import { projectsOf } from '../../sandbox/model/projects.ts';
import { hostileBodies, longBody } from '../../sandbox/seed-texts.ts';
import { factsOf, repositoryOf, withServer } from './acceptance.fixture.ts';
import { accountOf } from './outside.fixture.ts';

const repo = 'acme/workshop';
const everything = `${Object.values(hostileBodies).join('\r\n\r\n')}\n`;
const texts = Object.entries({ ...hostileBodies, everything, long: longBody() });

const edit = { old_text: 'EDIT ME', new_text: 'edited <n> \u{1F680}\u202E  \r\n' };
const withMark = (text: string) => `${text.slice(0, 7)}EDIT ME${text.slice(7)}`.toWellFormed();
const expected = (text: string) => withMark(text).replace(edit.old_text, () => edit.new_text);

test.each(texts)('a body with %s is read, patched and read again, byte for byte', async (_, text) => {
  await using server = await withServer({ seed: 'workshop' });
  const body = withMark(text);
  const created = await server.call('github_issue_write', { repo, title: 'Round', body });
  const { number } = created.data;
  const read = async () =>
    (await server.call('github_issue', { repo, number, max_chars: 90_000 })).data.issue as Record<string, unknown>;
  const before = await read();
  expect(before.body).toBe(body);
  const change = { repo, number, edits: [edit], expected_updated_at: before.updated_at };
  expect((await server.call('github_issue_write', change)).data).toMatchObject({ verified: true });
  expect((await read()).body).toBe(expected(text));
  const stored = issuesOf(repositoryOf(server.sandbox, repo)).get(Number(number))?.body;
  expect(Buffer.from(stored ?? '').equals(Buffer.from(expected(text)))).toBe(true);
});

test.each(texts)('comments and pull requests with %s keep every byte', async (_, text) => {
  await using server = await withServer();
  const { large } = factsOf(server.sandbox);
  const body = withMark(text);
  const { data } = await server.call('github_comment_write', { repo, action: 'add', number: 1, body });
  const { comment_id } = data;
  await server.call('github_comment_write', { repo, action: 'edit', comment_id, edits: [edit] });
  const issue = issuesOf(repositoryOf(server.sandbox, repo)).get(1);
  expect(issue?.comments.at(-1)?.body).toBe(expected(text));
  await server.call('github_pull_write', { repo, number: large.number, body });
  await server.call('github_pull_write', { repo, number: large.number, edits: [edit] });
  expect(large.body).toBe(expected(text));
  const at = { repo, number: large.number, max_chars: 90_000 };
  const { data: shown } = await server.call('github_pull', at);
  const whole = (await server.call('github_issue', at)).data.issue as { body: string };
  expect(whole.body).toBe(expected(text));
  // An overview shows the beginning of a long one, and says where the rest is.
  expect(expected(text).startsWith(String(shown.body))).toBe(true);
  expect(shown.body === whole.body || String(shown.notes).includes('github_issue has all')).toBe(true);
});

test.each(texts)('a file with %s is read, patched and read again, byte for byte', async (_, text) => {
  await using server = await withServer();
  const engine = repositoryOf(server.sandbox, 'acme/engine');
  const [author] = [...server.sandbox.state.accounts.values()];
  if (!author) throw new Error('the world has people');
  const path = 'docs/übersicht <n>.md';
  commitFiles(server.sandbox.state, engine, { author, message: 'Add', files: { [path]: withMark(text) } });
  const at = { repo: 'acme/engine' };
  const read = async () => {
    const { data } = await server.call('github_read_files', { ...at, files: [{ path }], max_chars: 90_000 });
    return { head: data.commit, file: (data.files as Record<string, unknown>[])[0] };
  };
  const before = await read();
  expect(before.file?.content).toBe(withMark(text));
  const change = { ...at, message: 'Edit', expected_head: before.head, files: [{ path, edits: [edit] }] };
  const written = await server.call('github_write_files', change);
  expect(written.data, written.text).toMatchObject({ files: [{ path, verified: true }] });
  expect((await read()).file?.content).toBe(expected(text));
});

test.each(texts)('discussions, drafts and readmes of projects with %s keep every byte', async (_, text) => {
  await using server = await withServer();
  const body = withMark(text);
  const talk = { repo: 'acme/engine', title: 'Round', body, category: 'general' };
  const made = await server.call('github_discussion_write', talk);
  const change = { repo: 'acme/engine', number: made.data.number, edits: [edit] };
  const written = await server.call('github_discussion_write', {
    ...change,
    expected_updated_at: made.data.updated_at,
  });
  expect([made.data.verified, written.data.verified], written.text).toEqual([true, true]);
  const [discussion] = discussionsOf(repositoryOf(server.sandbox, 'acme/engine')).values();
  expect(discussion?.body).toBe(expected(text));
  const board = await server.call('github_project_write', { owner: 'acme', title: 'Round', readme: body });
  const at = { owner: 'acme', number: board.data.number };
  await server.call('github_project_write', { ...at, edits: [edit] });
  const { data } = await server.call('github_project_write', { ...at, items: [{ title: 'Draft', body }] });
  const [draft] = data.items as { item_id: string }[];
  const items = [{ item_id: draft?.item_id, edits: [edit] }];
  const patched = await server.call('github_project_write', { ...at, items });
  expect(patched.data.items, patched.text).toMatchObject([{ status: 'updated', verified: true }]);
  const [project] = projectsOf(accountOf(server.sandbox, 'acme'));
  expect(project?.readme).toBe(expected(text));
  expect(project?.items[0]?.content).toMatchObject({ draft: { body: expected(text) } });
});
