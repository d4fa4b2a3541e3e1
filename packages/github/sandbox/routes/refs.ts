import { repositoryOf } from '../access.ts';
import { type Area, bodyOf, type Call, page, param } from '../call.ts';
import { createRef, deleteRef, isEmpty, updateRef } from '../model/refs.ts';
import { conflict, gitRepositoryIsEmpty, notFound, unprocessable } from '../refusal.ts';
import { created, noContent, ok, type Reply } from '../reply.ts';
import { refView } from '../views/git.ts';

const full = (name: string): string => (name.startsWith('refs/') ? name : `refs/${name}`);

function getRef(call: Call): Reply {
  const repository = repositoryOf(call);
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  const ref = full(param(call, 'ref'));
  const sha = repository.refs.get(ref);
  if (sha === undefined) throw notFound();
  return ok(refView(call.state, repository, { ref, sha }));
}

function matching(call: Call): Reply {
  const repository = repositoryOf(call);
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  const prefix = full(param(call, 'ref'));
  const found = [...repository.refs].filter(([ref]) => ref.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  return page(call, found, ([ref, sha]) => refView(call.state, repository, { ref, sha }));
}

function create(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { ref, sha } = bodyOf<{ ref: string; sha: string }>(call);
  if (isEmpty(repository)) throw conflict('Git Repository is empty.');
  if (!/^refs\/[^/]+\/./.test(ref))
    throw unprocessable("Reference name must start with 'refs/' and contain at least two slashes.");
  createRef(call.state, repository, { ref, sha, actor: call.user });
  const view = refView(call.state, repository, { ref, sha });
  return created(view, view.url);
}

function update(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { sha, force = false } = bodyOf<{ sha: string; force?: boolean }>(call);
  const ref = full(param(call, 'ref'));
  updateRef(call.state, repository, { ref, sha, force, actor: call.user });
  return ok(refView(call.state, repository, { ref, sha }));
}

export const refs: Area = {
  name: 'refs',
  routes: {
    'GET /repos/{owner}/{repo}/git/ref/{ref}': getRef,
    'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': matching,
    'POST /repos/{owner}/{repo}/git/refs': create,
    'PATCH /repos/{owner}/{repo}/git/refs/{ref}': update,
    'DELETE /repos/{owner}/{repo}/git/refs/{ref}': (call) => {
      deleteRef(call.state, repositoryOf(call, { role: 'write' }), { ref: full(param(call, 'ref')), actor: call.user });
      return noContent();
    },
  },
};
