import { canSee, repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import { findAccount } from '../model/accounts.ts';
import { changesBetween } from '../model/changes.ts';
import { isAncestor, mergeBase } from '../model/history.ts';
import { type Issue, issuesOf, type PullRequest, pullsOf } from '../model/issue.ts';
import { changeIssue } from '../model/issue-changes.ts';
import type { MergeMethod } from '../model/pull.ts';
import { mergePull, updatePullBranch } from '../model/pull-merge.ts';
import { pullComparison } from '../model/pull-state.ts';
import { changeBase, openPull } from '../model/pulls.ts';
import { findCommit } from '../model/refs.ts';
import { atLeast, findRepository, forksOf, type Repository, roleOf, sourceOf } from '../model/repository.ts';
import { forbidden, invalid, notFound, Refusal, unprocessable } from '../refusal.ts';
import { accepted, created, noContent, ok, type Reply, raw } from '../reply.ts';
import { commitView, fileView } from '../views/git.ts';
import { pullRow, pullUrl, pullView } from '../views/pull.ts';
import { changesOf, toDiff, toPatch } from './commits.ts';
import { pullAt } from './issue-at.ts';
import { refuseLongTexts } from './issues.ts';

const repo = '/repos/{owner}/{repo}/pulls';
const mostDiffLines = 20_000;
const mostFiles = 3000;
const mostCommits = 250;

interface PullBody {
  readonly title?: string;
  readonly head: string;
  readonly head_repo?: string;
  readonly base: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly issue?: number;
  readonly maintainer_can_modify?: boolean;
}

/** 'branch' or 'owner:branch', where the owner has a repository of the same network. */
function headOf(call: Call, repository: Repository, { head, head_repo: name }: PullBody) {
  const [, owner, branch = head] = /^([^:]+):(.+)$/.exec(head) ?? [];
  if (name !== undefined)
    return { branch, from: findRepository(call.state, name.includes('/') ? name : `${owner}/${name}`) };
  if (owner === undefined || owner.toLowerCase() === repository.owner.login.toLowerCase()) {
    return { branch, from: repository };
  }
  const source = sourceOf(repository);
  const account = findAccount(call.state, owner);
  const network = [source, ...everyFork(call, source)];
  return { branch, from: network.find((candidate) => candidate.owner === account) };
}

const everyFork = (call: Call, of: Repository): Repository[] =>
  forksOf(call.state, of).flatMap((fork) => [fork, ...everyFork(call, fork)]);

function create(call: Call): Reply {
  const repository = repositoryOf(call);
  const author = actorOf(call);
  const body = bodyOf<PullBody>(call);
  const issue = body.issue === undefined ? undefined : issuesOf(repository).get(body.issue);
  if (body.issue === undefined && !body.title?.trim()) {
    throw invalid({ resource: 'PullRequest', code: 'missing_field', field: 'title' });
  }
  if (body.issue !== undefined && !issue) throw notFound();
  refuseLongTexts('PullRequest', { ...(body.title && { title: body.title }), body: body.body });
  const { branch, from } = headOf(call, repository, body);
  if (!from || !canSee(call, from)) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (
    !atLeast(roleOf(call.state, from, author), 'write') &&
    !atLeast(roleOf(call.state, repository, author), 'write')
  ) {
    throw forbidden('Must have push access to the head repository.');
  }
  const pull = openPull(call.state, repository, {
    ...{ author, title: body.title ?? issue?.title ?? '', body: body.body ?? null, head: branch, base: body.base },
    ...{ headRepository: from, draft: body.draft ?? false },
    ...(body.maintainer_can_modify !== undefined && { maintainerCanModify: body.maintainer_can_modify }),
    ...(issue && { issue }),
  });
  return created(pullView(call, pull), pullUrl(call.state, pull));
}

interface PullChange {
  readonly title?: string;
  readonly body?: string;
  readonly state?: Issue['state'];
  readonly base?: string;
  readonly maintainer_can_modify?: boolean;
}

function update(call: Call): Reply {
  const pull = pullAt(call);
  const actor = actorOf(call);
  if (pull.author !== actor && !atLeast(roleOf(call.state, pull.repository, actor), 'write')) {
    throw forbidden('Must have admin rights to Repository.');
  }
  const { base, maintainer_can_modify: canModify, ...change } = bodyOf<PullChange>(call);
  refuseLongTexts('PullRequest', change);
  if (change.state === 'open' && pull.state === 'closed') refuseReopening(pull);
  if (base !== undefined) changeBase(call.state, pull, { base, actor });
  if (canModify !== undefined) pull.pull.maintainerCanModify = canModify;
  changeIssue(call.state, pull, { change, actor });
  return ok(pullView(call, pull));
}

function refuseReopening({ pull }: PullRequest): void {
  const problem = (message: string) => invalid({ resource: 'PullRequest', code: 'invalid', field: 'state', message });
  if (pull.merged) throw problem('state cannot be changed. The pull request was merged.');
  if (!pull.head.repository?.refs.has(`refs/heads/${pull.head.ref}`)) {
    throw problem(`state cannot be changed. The ${pull.head.ref} branch has been deleted.`);
  }
}

function list(call: Call): Reply {
  const state = text(call, 'state') ?? 'open';
  const head = text(call, 'head');
  const base = text(call, 'base');
  const sort = text(call, 'sort') ?? 'created';
  const found = pullsOf(repositoryOf(call)).filter(
    ({ pull, ...issue }) =>
      (state === 'all' || issue.state === state) &&
      // Without an owner GitHub ignores the filter.
      (!head?.includes(':') || `${pull.head.owner.login}:${pull.head.ref}` === head) &&
      (base === undefined || pull.base.ref === base),
  );
  const key = (issue: PullRequest) =>
    sort === 'updated' ? issue.updatedAt : sort === 'popularity' ? issue.comments.length : issue.createdAt;
  found.sort((a, b) => key(a) - key(b) || a.number - b.number);
  const direction = text(call, 'direction') ?? (sort === 'created' && !text(call, 'sort') ? 'desc' : undefined);
  if ((direction ?? (sort === 'created' ? 'desc' : 'asc')) === 'desc') found.reverse();
  return page(call, found, (pull) => pullRow(call, pull));
}

function get(call: Call): Reply {
  const issue = pullAt(call);
  const type = `application/vnd.github.${call.media}; charset=utf-8`;
  if (call.media === 'diff') return raw(diffOf(issue), type);
  if (call.media === 'patch') {
    const commits = pullComparison(call.state, issue)?.commits ?? [];
    diffOf(issue);
    return raw(commits.map((entry) => toPatch(entry, changesOf(call, issue.repository, entry))).join('\n'), type);
  }
  return ok(pullView(call, issue), { lastModified: issue.updatedAt });
}

/** Throws Refusal 406 where it is too large. */
function diffOf({ repository, pull }: PullRequest): string {
  const { objects } = repository;
  const comparison = pullComparisonTrees(repository, pull);
  const files = changesBetween(objects, comparison, Number.POSITIVE_INFINITY);
  const tooLarge = (most: number, of: string) =>
    new Refusal(406, `Sorry, the diff exceeded the maximum number of ${of} (${most}).`, {
      extra: { errors: [{ resource: 'PullRequest', field: 'diff', code: 'too_large' }] },
    });
  if (files.length > 300) throw tooLarge(300, 'files');
  const diff = toDiff(files);
  if (diff.split('\n').length > mostDiffLines) throw tooLarge(mostDiffLines, 'lines');
  return diff;
}

function pullComparisonTrees({ objects }: Repository, { base, head }: PullRequest['pull']) {
  const treeOf = (sha: string) => objects.read('commit', sha).tree;
  return { before: treeOf(mergeBase(objects, base.sha, head.sha) ?? base.sha), after: treeOf(head.sha) };
}

interface MergeBody {
  readonly commit_title?: string;
  readonly commit_message?: string;
  readonly sha?: string;
  readonly merge_method?: MergeMethod;
}

function merge(call: Call): Reply {
  const issue = pullAt(call, { role: 'write' });
  const { commit_title: title, commit_message: message, sha, merge_method: method = 'merge' } = bodyOf<MergeBody>(call);
  const tip = mergePull(call.state, issue, { actor: actorOf(call), method, title, message, sha });
  return ok({ sha: tip, merged: true, message: 'Pull Request successfully merged' });
}

function updateBranch(call: Call): Reply {
  const issue = pullAt(call);
  const actor = actorOf(call);
  const { head } = issue.pull;
  const mayModify = issue.pull.maintainerCanModify && atLeast(roleOf(call.state, issue.repository, actor), 'write');
  const mayPush = head.repository && atLeast(roleOf(call.state, head.repository, actor), 'write');
  if (!mayPush && !mayModify) throw forbidden('Must have push access to the head branch.');
  const { expected_head_sha: expected } = bodyOf<{ expected_head_sha?: string }>(call);
  updatePullBranch(call.state, issue, { actor, expected });
  return accepted({ message: 'Updating pull request branch.', url: pullUrl(call.state, issue) });
}

export const pulls: Area = {
  name: 'pull requests',
  routes: {
    [`GET ${repo}`]: list,
    [`POST ${repo}`]: create,
    [`GET ${repo}/{pull_number}`]: get,
    [`PATCH ${repo}/{pull_number}`]: update,
    [`GET ${repo}/{pull_number}/files`]: (call) => {
      const issue = pullAt(call);
      const files = (pullComparison(call.state, issue)?.files ?? []).slice(0, mostFiles);
      const ref = issue.pull.head.sha;
      return page(call, files, (change) => fileView(call.state, issue.repository, { change, ref }));
    },
    [`GET ${repo}/{pull_number}/commits`]: (call) => {
      const issue = pullAt(call);
      const commits = (pullComparison(call.state, issue)?.commits ?? []).slice(0, mostCommits);
      return page(call, commits, (entry) => commitView(call.state, issue.repository, entry));
    },
    [`GET ${repo}/{pull_number}/merge`]: (call) => {
      if (!pullAt(call).pull.merged) throw notFound();
      return noContent();
    },
    [`PUT ${repo}/{pull_number}/merge`]: merge,
    [`PUT ${repo}/{pull_number}/update-branch`]: updateBranch,
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': (call) => {
      const repository = repositoryOf(call);
      const commit = findCommit(repository, param(call, 'commit_sha'));
      if (!commit) throw unprocessable(`No commit found for SHA: ${param(call, 'commit_sha')}`);
      const has = ({ pull }: PullRequest) =>
        pull.merged?.sha === commit.sha ||
        (isAncestor(repository.objects, commit.sha, pull.head.sha) &&
          !isAncestor(repository.objects, commit.sha, pull.base.sha));
      return page(call, pullsOf(repository).filter(has), (pull) => pullRow(call, pull));
    },
  },
};
