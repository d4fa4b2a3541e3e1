import type { Sandbox } from '../../sandbox/index.ts';
import { type Account, findAccount } from '../../sandbox/model/accounts.ts';
import { addRun, workflowsOf } from '../../sandbox/model/actions.ts';
import { commitFiles } from '../../sandbox/model/commits.ts';
import { addDiscussion, addDiscussionComment } from '../../sandbox/model/discussions.ts';
import { addComment, addIssue } from '../../sandbox/model/issue-store.ts';
import { openPull } from '../../sandbox/model/pulls.ts';
import { addRelease } from '../../sandbox/model/releases.ts';
import { addRepository, type Visibility } from '../../sandbox/model/repository.ts';
import { addReview } from '../../sandbox/model/reviews.ts';

/** In every text of a repository that must stay outside. */
export const canary = 'XYZZY';

export function accountOf(sandbox: Sandbox, login: string): Account {
  const account = findAccount(sandbox.state, login);
  if (!account) throw new Error(`the world has no ${login}`);
  return account;
}

/** A repository full of what must not be seen: issue 1, pull request 2 with a review thread, discussion 3, and a run. */
export function addOutside(sandbox: Sandbox, name: string, visibility: Visibility) {
  const { state } = sandbox;
  const [owner, author, reviewer] = ['acme', 'grace', 'ada'].map((login) => accountOf(sandbox, login)) as [
    Account,
    Account,
    Account,
  ];
  const repository = addRepository(state, {
    ...{ owner, name, visibility, description: `${canary} description`, topics: [canary.toLowerCase()] },
    hasDiscussions: true,
  });
  repository.collaborators.set(author.id, 'write');
  const first = {
    message: `${canary} first`,
    author,
    files: { 'README.md': `${canary} text\n`, [`${canary}.md`]: 'x\n' },
  };
  commitFiles(state, repository, first);
  commitFiles(state, repository, { ...first, branch: canary, files: { 'README.md': `${canary} changed\n` } });
  const issue = addIssue(state, repository, {
    ...{ author, title: `${canary} issue draw shapes`, body: `${canary} see acme/engine#1` },
    labels: repository.labels.slice(0, 1),
  });
  addComment(state, issue, { author, body: `${canary} comment on acme/engine#1` });
  const pull = openPull(state, repository, { author, title: `${canary} pull`, head: canary, base: 'main' });
  const review = { author: reviewer, event: 'COMMENT', body: `${canary} review` } as const;
  addReview(state, pull, { ...review, threads: [{ path: 'README.md', line: 1, body: `${canary} thread` }] });
  const discussion = addDiscussion(state, repository, { author, title: `${canary} shapes talk`, body: canary });
  const reply = addDiscussionComment(state, discussion, { author, body: `${canary} reply` });
  addRelease(state, repository, { author, tag: `${canary}-1`, name: canary, body: canary });
  const workflow = {
    id: state.nextId(),
    name: canary,
    path: '.github/workflows/x.yml',
    state: 'active',
    createdAt: 0,
  } as const;
  workflowsOf(repository).push(workflow);
  const run = addRun(state, repository, {
    ...{ workflow, headBranch: 'main', headSha: repository.refs.get('refs/heads/main') ?? '', actor: author },
    ...{ event: 'push', title: canary, jobs: [{ name: canary, conclusion: 'failure', log: `${canary} log\n` }] },
  });
  return { repository, issue, pull, discussion, reply, run, thread: pull.pull.threads[0] };
}
