import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param } from '../call.ts';
import { nodeId } from '../model/node-id.ts';
import { branchesOf, branchRef, findCommit, renameBranch, tagsOf } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { rulesFor } from '../model/rulesets.ts';
import { notFound } from '../refusal.ts';
import { created, ok, type Reply } from '../reply.ts';
import { commitView } from '../views/git.ts';
import { protectionSummary } from '../views/protection.ts';
import { repositoryHtml, repositoryUrl } from '../views/repository.ts';

const isProtected = (repository: Repository, branch: string): boolean =>
  repository.protections.has(branch) || rulesFor(repository, branchRef(branch)).length > 0;

function list(call: Call): Reply {
  const repository = repositoryOf(call);
  const url = repositoryUrl(call.state, repository);
  const wanted = call.query.protected;
  const found = branchesOf(repository).filter(
    ([name]) => wanted === undefined || isProtected(repository, name) === wanted,
  );
  return page(call, found, ([name, sha]) => ({
    name,
    commit: { sha, url: `${url}/commits/${sha}` },
    protected: isProtected(repository, name),
  }));
}

function branchView(call: Call, repository: Repository, name: string) {
  const found = findCommit(repository, branchRef(name));
  if (!found || !repository.refs.has(branchRef(name))) throw notFound('Branch not found');
  const url = repositoryUrl(call.state, repository);
  return {
    name,
    commit: commitView(call.state, repository, found),
    _links: { self: `${url}/branches/${name}`, html: `${repositoryHtml(call.state, repository)}/tree/${name}` },
    protected: isProtected(repository, name),
    protection: protectionSummary(repository.protections.get(name)),
    protection_url: `${url}/branches/${name}/protection`,
  };
}

function rename(call: Call): Reply {
  const from = param(call, 'branch');
  const isDefault = repositoryOf(call).defaultBranch === from;
  const repository = repositoryOf(
    call,
    isDefault ? { role: 'admin', permission: 'administration' } : { role: 'write' },
  );
  const { new_name: to } = bodyOf<{ new_name: string }>(call);
  renameBranch(call.state, repository, { from, to, actor: actorOf(call) });
  return created(branchView(call, repository, to));
}

function tags(call: Call): Reply {
  const repository = repositoryOf(call);
  const url = repositoryUrl(call.state, repository);
  return page(call, tagsOf(repository), ([name]) => {
    const sha = findCommit(repository, `refs/tags/${name}`)?.sha ?? '';
    return {
      name,
      zipball_url: `${url}/zipball/refs/tags/${name}`,
      tarball_url: `${url}/tarball/refs/tags/${name}`,
      commit: { sha, url: `${url}/commits/${sha}` },
      node_id: nodeId('Ref', `${repository.id}:refs/tags/${name}`),
    };
  });
}

export const branches: Area = {
  name: 'branches',
  routes: {
    'GET /repos/{owner}/{repo}/branches': list,
    'GET /repos/{owner}/{repo}/branches/{branch}': (call) =>
      ok(branchView(call, repositoryOf(call), param(call, 'branch'))),
    'POST /repos/{owner}/{repo}/branches/{branch}/rename': rename,
    'GET /repos/{owner}/{repo}/tags': tags,
  },
};
