import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, param, text } from '../call.ts';
import { noreplyOf } from '../model/accounts.ts';
import { advance, personOf } from '../model/commits.ts';
import type { Person } from '../model/objects.ts';
import { branchRef, commitAt, isEmpty } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { editTree, emptyTree, entryAt } from '../model/trees.ts';
import { conflict, gitRepositoryIsEmpty, notFound, Refusal, unprocessable } from '../refusal.ts';
import { created, ok, type Reply, raw } from '../reply.ts';
import { type ContentAt, contentEntry, contentFile } from '../views/content.ts';
import { gitCommit } from '../views/git.ts';
import { refuseWorkflow } from './workflow-scope.ts';

/** A symlink to a file in the repository is answered with that file. */
function follow(at: ContentAt, hops = 0): ContentAt {
  if (at.entry.mode !== '120000' || hops > 5) return at;
  const target = at.repository.objects.read('blob', at.entry.sha).data.toString('utf8');
  const path = normalized(at.path.split('/').slice(0, -1), target);
  const entry = path === undefined ? undefined : entryAt(at.repository.objects, at.tree, path);
  if (path === undefined || !entry || !['100644', '100755', '120000'].includes(entry.mode)) return at;
  return follow({ ...at, path, entry }, hops + 1);
}

function normalized(folder: readonly string[], target: string): string | undefined {
  if (target.startsWith('/')) return undefined;
  const parts = [...folder];
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

export function locate(call: Call, repository: Repository, path: string): ContentAt {
  const ref = text(call, 'ref') ?? repository.defaultBranch;
  if (isEmpty(repository)) throw notFound('This repository is empty.');
  const { commit } = commitAt(repository, ref, `No commit found for the ref ${ref}`);
  const entry = entryAt(repository.objects, commit.tree, path);
  if (!entry) throw notFound();
  return { repository, ref, tree: commit.tree, path, entry };
}

function getContent(call: Call): Reply {
  const repository = repositoryOf(call);
  const path = (call.params.path ?? '').replace(/^\/+|\/+$/g, '');
  const found = locate(call, repository, path);
  const { state, media } = call;
  if (found.entry.mode === '040000') return directory(call, found);
  if (found.entry.mode === '160000') return ok(contentFile(state, found));
  const at = follow(found);
  const { data } = repository.objects.read('blob', at.entry.sha);
  if (data.length > state.bounds.blob) throw tooLarge();
  if (media === 'raw') return raw(data, 'application/vnd.github.raw; charset=utf-8');
  if (media === 'html') return raw(`<article>${data.toString('utf8')}</article>`, 'application/vnd.github.html');
  return ok(contentFile(state, at));
}

function directory(call: Call, at: ContentAt): Reply {
  const { objects } = at.repository;
  const prefix = at.path === '' ? '' : `${at.path}/`;
  // GitHub lists a thousand entries of a folder and no more.
  const entries = objects.read('tree', at.entry.sha).entries.slice(0, 1000);
  const listing = entries.map((entry) => contentEntry(call.state, { ...at, path: prefix + entry.name, entry }));
  return call.media === 'object' ? ok({ ...contentEntry(call.state, at), entries: listing }) : ok(listing);
}

const tooLarge = () =>
  new Refusal(
    403,
    'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.',
    {
      extra: { errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] },
    },
  );

interface GivenPerson {
  readonly name?: string;
  readonly email?: string;
  readonly date?: string;
}

interface ContentChange {
  readonly message: string;
  readonly content?: string;
  readonly sha?: string;
  readonly branch?: string;
  readonly author?: GivenPerson;
  readonly committer?: GivenPerson;
}

/** Who a commit is by: what the client gave, completed by the actor. */
export function givenPerson(call: Call, given: GivenPerson | undefined, otherwise?: Person): Person {
  const actor = actorOf(call);
  const base = otherwise ?? personOf(call.state, actor);
  return {
    name: given?.name ?? base.name,
    email: given?.email ?? (given ? noreplyOf(actor) : base.email),
    date: given?.date === undefined ? base.date : Date.parse(given.date),
  };
}

function change(call: Call, isDeletion: boolean): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { objects } = repository;
  const body = bodyOf<ContentChange>(call);
  const path = param(call, 'path');
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || part === '.git')) {
    throw unprocessable(`path contains a malformed path component`);
  }
  refuseWorkflow(call, [path]);
  const branch = body.branch ?? repository.defaultBranch;
  const tip = repository.refs.get(branchRef(branch));
  if (tip === undefined && !isEmpty(repository)) throw notFound(`Branch ${branch} not found`);
  if (tip === undefined && isDeletion) throw gitRepositoryIsEmpty();
  const tree = tip === undefined ? emptyTree(objects) : objects.read('commit', tip).tree;
  const present = entryAt(objects, tree, path);
  checkPrecondition({ path, given: body.sha, present, isDeletion });
  const sha = isDeletion ? null : objects.put({ type: 'blob', data: decoded(body.content ?? '') });
  const committer = givenPerson(call, body.committer);
  const next = objects.put({
    type: 'commit',
    tree: editTree(objects, tree, [{ path, sha }]),
    parents: tip === undefined ? [] : [tip],
    author: givenPerson(call, body.author, committer),
    committer,
    message: body.message,
  });
  try {
    advance(call.state, repository, { branch, sha: next, actor: call.user });
  } catch (error) {
    // What git refs answer with 422 is a conflict here.
    throw error instanceof Refusal && error.status === 422 ? conflict(error.message) : error;
  }
  const commit = gitCommit(call.state, repository, { sha: next, commit: objects.read('commit', next) });
  if (sha === null) return ok({ content: null, commit });
  const entry = entryAt(objects, objects.read('commit', next).tree, path);
  if (!entry) throw notFound();
  const content = contentEntry(call.state, { repository, ref: branch, tree, path, entry });
  return present ? ok({ content, commit }) : created({ content, commit });
}

interface Precondition {
  readonly path: string;
  readonly given: string | undefined;
  readonly present: { readonly sha: string; readonly mode: string } | undefined;
  readonly isDeletion: boolean;
}

function checkPrecondition({ path, given, present, isDeletion }: Precondition): void {
  if (isDeletion && !present) throw notFound();
  if (present?.mode === '040000') throw unprocessable(`${path} is a directory`);
  if (present && given === undefined) throw unprocessable(`Invalid request.\n\n"sha" wasn't supplied.`);
  if (given !== undefined && given !== present?.sha) throw conflict(`${path} does not match ${given}`);
}

/** Lines ends within base64 are allowed, anything else is not. */
function decoded(content: string): Buffer {
  const joined = content.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(joined)) throw unprocessable('content is not valid Base64');
  return Buffer.from(joined, 'base64');
}

function getReadme(call: Call, folder: string): Reply {
  const repository = repositoryOf(call);
  const at = locate(call, repository, folder);
  const { objects } = repository;
  const names = objects.find('tree', at.entry.sha)?.entries ?? [];
  const readme = names.find(({ name, mode }) => mode !== '040000' && /^readme(\.|$)/i.test(name));
  if (!readme) throw notFound();
  const path = folder === '' ? readme.name : `${folder}/${readme.name}`;
  const { data } = objects.read('blob', readme.sha);
  if (call.media === 'raw') return raw(data, 'application/vnd.github.raw; charset=utf-8');
  if (call.media === 'html') return raw(`<article>${data.toString('utf8')}</article>`, 'application/vnd.github.html');
  return ok(contentFile(call.state, { ...at, path, entry: readme }));
}

export const contents: Area = {
  name: 'contents',
  routes: {
    'GET /repos/{owner}/{repo}/contents/{path}': getContent,
    'PUT /repos/{owner}/{repo}/contents/{path}': (call) => change(call, false),
    'DELETE /repos/{owner}/{repo}/contents/{path}': (call) => change(call, true),
    'GET /repos/{owner}/{repo}/readme': (call) => getReadme(call, ''),
    'GET /repos/{owner}/{repo}/readme/{dir}': (call) => getReadme(call, param(call, 'dir')),
  },
  outside: {
    // The root of a repository has an empty path, which the description cannot spell.
    'GET /repos/{owner}/{repo}/contents': getContent,
    'GET /repos/{owner}/{repo}/contents/': getContent,
    'GET /-/raw/{owner}/{repo}/{ref}/{path+}': (call) => {
      const repository = repositoryOf(call);
      const { commit } = commitAt(repository, param(call, 'ref'));
      const entry = entryAt(repository.objects, commit.tree, param(call, 'path'));
      const blob = entry && repository.objects.find('blob', entry.sha);
      if (!blob) throw notFound();
      return raw(blob.data, 'text/plain; charset=utf-8');
    },
  },
};
