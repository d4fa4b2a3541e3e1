import { canSee, repositoryOf } from '../access.ts';
import { type Area, bodyOf, type Call, pageOf, param } from '../call.ts';
import { findAccount } from '../model/accounts.ts';
import { mergeInto } from '../model/commits.ts';
import { compare } from '../model/compare.ts';
import { isAncestor } from '../model/history.ts';
import { branchRef, type FoundCommit, findCommit, updateRef } from '../model/refs.ts';
import { fullName, type Repository, sourceOf } from '../model/repository.ts';
import { notFound, unprocessable } from '../refusal.ts';
import { created, noContent, ok, type Reply, raw } from '../reply.ts';
import { commitView, fileView } from '../views/git.ts';
import { repositoryHtml, repositoryUrl } from '../views/repository.ts';
import { changesOf, toDiff, toPatch } from './commits.ts';

/** 'ref', 'owner:ref' or 'owner:repo:ref' within the network of a repository. */
export function findInNetwork(call: Call, repository: Repository, spec: string): FoundCommit | undefined {
  const parts = spec.split(':');
  const ref = parts.pop() ?? '';
  const [login, name] = parts;
  if (login === undefined) return findCommit(repository, ref);
  const owner = findAccount(call.state, login);
  const source = sourceOf(repository);
  const other = [...call.state.repositories.values()].find(
    (candidate) =>
      candidate.owner === owner &&
      sourceOf(candidate) === source &&
      (name === undefined || candidate.name.toLowerCase() === name.toLowerCase()) &&
      canSee(call, candidate),
  );
  return other && findCommit(other, ref);
}

function get(call: Call): Reply {
  const repository = repositoryOf(call);
  const { state } = call;
  const { objects } = repository;
  const basehead = param(call, 'basehead');
  const [, baseName = '', headName = ''] = /^(.+?)\.\.\.(.+)$/.exec(basehead) ?? [];
  const base = findInNetwork(call, repository, baseName);
  const head = findInNetwork(call, repository, headName);
  if (!base || !head) throw notFound();
  const comparison = compare(state, objects, { base: base.sha, head: head.sha });
  if (!comparison) throw notFound(`No common ancestor between ${baseName} and ${headName}.`);
  const type = `application/vnd.github.${call.media}; charset=utf-8`;
  if (call.media === 'diff') return raw(toDiff(comparison.files), type);
  if (call.media === 'patch') {
    return raw(comparison.commits.map((entry) => toPatch(entry, changesOf(call, repository, entry))).join('\n'), type);
  }
  const url = `${repositoryUrl(state, repository)}/compare/${basehead}`;
  const html = `${repositoryHtml(state, repository)}/compare`;
  const asked = call.query.page !== undefined || call.query.per_page !== undefined;
  const { slice, headers } = pageOf(call, comparison.commits, { perPage: 250 });
  // Files come with the first page only.
  const files = Number(call.query.page ?? 1) > 1 ? [] : comparison.files.slice(0, state.bounds.files);
  const view = (found: FoundCommit) => commitView(state, repository, found);
  const body = {
    url,
    html_url: `${html}/${basehead}`,
    permalink_url: `${html}/${repository.owner.login}:${base.sha.slice(0, 7)}...${repository.owner.login}:${head.sha.slice(0, 7)}`,
    diff_url: `${html}/${basehead}.diff`,
    patch_url: `${html}/${basehead}.patch`,
    base_commit: view(base),
    merge_base_commit: view({ sha: comparison.mergeBase, commit: objects.read('commit', comparison.mergeBase) }),
    status: comparison.status,
    ahead_by: comparison.aheadBy,
    behind_by: comparison.behindBy,
    total_commits: comparison.commits.length,
    commits: (asked ? slice : comparison.commits.slice(-250)).map(view),
    files: files.map((change) => fileView(state, repository, { change, ref: head.sha })),
  };
  return ok(body, { headers: asked ? headers : {} });
}

function merge(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { base, head, commit_message } = bodyOf<{ base: string; head: string; commit_message?: string }>(call);
  if (!repository.refs.has(branchRef(base))) throw notFound('Base does not exist');
  const from = findCommit(repository, head);
  if (!from) throw notFound('Head does not exist');
  if (isAncestor(repository.objects, from.sha, repository.refs.get(branchRef(base)) ?? '')) return noContent();
  const message = commit_message ?? `Merge ${head} into ${base}`;
  if (!call.user) throw notFound();
  const sha = mergeInto(call.state, repository, { branch: base, head: from.sha, message, actor: call.user });
  return created(commitView(call.state, repository, { sha, commit: repository.objects.read('commit', sha) }));
}

function mergeUpstream(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { branch } = bodyOf<{ branch: string }>(call);
  const { parent } = repository;
  const mine = repository.refs.get(branchRef(branch));
  const theirs = parent?.refs.get(branchRef(parent.refs.has(branchRef(branch)) ? branch : parent.defaultBranch));
  if (!parent || theirs === undefined || mine === undefined || !call.user) {
    throw unprocessable('This repository is not a fork, or has no such branch.');
  }
  const answer = (message: string, merge_type: string) =>
    ok({ message, merge_type, base_branch: `${parent.owner.login}:${branch}` });
  if (isAncestor(repository.objects, theirs, mine)) return answer('This branch is not behind the upstream', 'none');
  if (isAncestor(repository.objects, mine, theirs)) {
    updateRef(call.state, repository, { ref: branchRef(branch), sha: theirs, actor: call.user });
    return answer(
      `Successfully fetched and fast-forwarded from upstream ${parent.owner.login}:${branch}`,
      'fast-forward',
    );
  }
  const message = `Merge branch '${fullName(parent)}:${branch}' into ${branch}`;
  mergeInto(call.state, repository, { branch, head: theirs, message, actor: call.user });
  return answer('Successfully fetched and merged from upstream', 'merge');
}

export const comparisons: Area = {
  name: 'comparisons',
  routes: {
    'GET /repos/{owner}/{repo}/compare/{basehead}': get,
    'POST /repos/{owner}/{repo}/merges': merge,
    'POST /repos/{owner}/{repo}/merge-upstream': mergeUpstream,
  },
};
