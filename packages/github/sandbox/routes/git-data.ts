import { repositoryOf } from '../access.ts';
import { type Area, bodyOf, type Call, param } from '../call.ts';
import { nodeId } from '../model/node-id.ts';
import type { GitObject, Mode } from '../model/objects.ts';
import { isEmpty, shaAt } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { editTree, emptyTree, type TreeEdit, walkTree } from '../model/trees.ts';
import { gitRepositoryIsEmpty, invalid, notFound, Refusal, unprocessable } from '../refusal.ts';
import { created, ok, type Reply, raw } from '../reply.ts';
import { base64Lines } from '../views/content.ts';
import { gitCommit, tagView } from '../views/git.ts';
import { repositoryUrl } from '../views/repository.ts';
import { givenPerson } from './contents.ts';
import { refuseWorkflow } from './workflow-scope.ts';

/** An object by its sha: 409 in an empty repository, 422 where it is no sha, 404 where it is missing. */
function objectOf<T extends GitObject['type']>(repository: Repository, type: T, sha: string) {
  const object = repository.objects.find(type, sha);
  if (object) return object;
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  throw /^[0-9a-f]{40}$/.test(sha)
    ? notFound()
    : unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
}

function getBlob(call: Call): Reply {
  const repository = repositoryOf(call);
  const sha = param(call, 'file_sha');
  const { data } = objectOf(repository, 'blob', sha);
  if (data.length > call.state.bounds.blob) {
    throw new Refusal(
      403,
      'The requested blob is too large to fetch via the API, but you can always clone the repository via Git in order to obtain it.',
      {
        extra: { errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] },
      },
    );
  }
  if (call.media === 'raw') return raw(data, 'application/vnd.github.raw; charset=utf-8');
  return ok({ ...blobView(call, repository, sha), size: data.length, content: base64Lines(data), encoding: 'base64' });
}

const blobView = (call: Call, repository: Repository, sha: string) => ({
  sha,
  node_id: nodeId('Blob', `${repository.id}:${sha}`),
  url: `${repositoryUrl(call.state, repository)}/git/blobs/${sha}`,
});

function createBlob(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  const { content, encoding = 'utf-8' } = bodyOf<{ content: string; encoding?: string }>(call);
  if (encoding !== 'utf-8' && encoding !== 'base64')
    throw invalid({ resource: 'Blob', field: 'encoding', code: 'invalid' });
  const data = Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  if (data.length > call.state.bounds.blob) throw unprocessable('Blob is too large');
  const sha = repository.objects.put({ type: 'blob', data });
  const { url } = blobView(call, repository, sha);
  return created({ sha, url }, url);
}

function treeReply(call: Call, repository: Repository, on: { sha: string; isRecursive: boolean }) {
  const { objects } = repository;
  const url = `${repositoryUrl(call.state, repository)}/git`;
  const entries = [];
  let truncated = false;
  const source = on.isRecursive
    ? walkTree(objects, on.sha)
    : objects.read('tree', on.sha).entries.map(({ name, ...entry }) => ({ path: name, ...entry }));
  for (const { path, mode, sha } of source) {
    if (entries.length >= call.state.bounds.treeEntries) {
      truncated = true;
      break;
    }
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
    const size = type === 'blob' ? { size: objects.read('blob', sha).data.length } : {};
    entries.push({ path, mode, type, sha, ...size, ...(type !== 'commit' && { url: `${url}/${type}s/${sha}` }) });
  }
  return { sha: on.sha, url: `${url}/trees/${on.sha}`, tree: entries, truncated };
}

/** Takes a tree's sha, and a commit's or a ref's name as well. */
function getTree(call: Call): Reply {
  const repository = repositoryOf(call);
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  let sha = repository.objects.find('tree', param(call, 'tree_sha'))
    ? param(call, 'tree_sha')
    : shaAt(repository, param(call, 'tree_sha'));
  for (
    let object = sha && repository.objects.get(sha);
    object && object.type !== 'tree';
    object = repository.objects.get(sha ?? '')
  ) {
    if (object.type === 'blob') throw notFound();
    sha = object.type === 'commit' ? object.tree : object.object;
  }
  if (sha === undefined) throw notFound();
  return ok(treeReply(call, repository, { sha, isRecursive: call.query.recursive !== undefined }));
}

interface TreeBody {
  readonly base_tree?: string;
  readonly tree: readonly { path?: string; mode?: Mode; type?: string; sha?: string | null; content?: string }[];
}

function createTree(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { objects } = repository;
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  const { base_tree: base, tree } = bodyOf<TreeBody>(call);
  const baseTree =
    base === undefined ? undefined : (objects.find('commit', base)?.tree ?? (objects.find('tree', base) && base));
  if (base !== undefined && baseTree === undefined) throw notFound();
  refuseWorkflow(
    call,
    tree.map(({ path }) => path ?? ''),
  );
  const edits = tree.map((entry): TreeEdit => toEdit(repository, entry, baseTree !== undefined));
  const sha = editTree(objects, baseTree ?? emptyTree(objects), edits);
  return created(treeReply(call, repository, { sha, isRecursive: false }));
}

const expected: Readonly<Record<Mode, GitObject['type']>> = {
  ...{ '040000': 'tree', '160000': 'commit', '100644': 'blob', '100755': 'blob', '120000': 'blob' },
};

function toEdit({ objects }: Repository, entry: TreeBody['tree'][number], hasBase: boolean): TreeEdit {
  const { path = '', mode, sha, content } = entry;
  if (path === '' || path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))) {
    throw unprocessable('tree.path contains a malformed path component');
  }
  if (sha !== undefined && content !== undefined)
    throw unprocessable('Must supply either tree.sha or tree.content, not both.');
  if (sha === null) {
    if (!hasBase) throw unprocessable('tree.sha cannot be null without a base_tree');
    return { path, sha };
  }
  if (mode === undefined) throw unprocessable('Must supply a valid tree.mode');
  if (content !== undefined) return { path, mode, sha: objects.put({ type: 'blob', data: Buffer.from(content) }) };
  if (sha === undefined) throw unprocessable('Must supply either tree.sha or tree.content.');
  // A submodule's commit lives elsewhere.
  if (mode !== '160000' && objects.get(sha)?.type !== expected[mode])
    throw unprocessable(`tree.sha ${sha} is not a valid ${expected[mode]}`);
  return { path, mode, sha };
}

interface CommitBody {
  readonly message: string;
  readonly tree: string;
  readonly parents?: readonly string[];
  readonly author?: { name: string; email: string; date?: string };
  readonly committer?: { name?: string; email?: string; date?: string };
  readonly signature?: string;
}

function createCommit(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { objects } = repository;
  const body = bodyOf<CommitBody>(call);
  if (isEmpty(repository)) throw gitRepositoryIsEmpty();
  if (!objects.find('tree', body.tree)) throw unprocessable('Tree SHA does not exist');
  for (const parent of body.parents ?? [])
    if (!objects.find('commit', parent)) throw unprocessable('Parent SHA does not exist or is not a commit object');
  const author = givenPerson(call, body.author);
  const sha = objects.put({
    type: 'commit',
    tree: body.tree,
    parents: body.parents ?? [],
    author,
    committer: givenPerson(call, body.committer, author),
    message: body.message,
    ...(body.signature !== undefined && { signature: body.signature }),
  });
  return created(gitCommit(call.state, repository, { sha, commit: objects.read('commit', sha) }));
}

interface TagBody {
  readonly tag: string;
  readonly message: string;
  readonly object: string;
  readonly type: GitObject['type'];
  readonly tagger?: { name: string; email: string; date?: string };
}

function createTag(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const { tag, message, object, type, tagger } = bodyOf<TagBody>(call);
  if (repository.objects.get(object)?.type !== type)
    throw unprocessable(`Could not find a ${type} with the sha ${object}`);
  const sha = repository.objects.put({
    type: 'tag',
    object,
    objectType: type,
    tag,
    tagger: givenPerson(call, tagger),
    message,
  });
  return created(tagView(call.state, repository, { sha, tag: repository.objects.read('tag', sha) }));
}

export const gitData: Area = {
  name: 'git-data',
  routes: {
    'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': getBlob,
    'POST /repos/{owner}/{repo}/git/blobs': createBlob,
    'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': getTree,
    'POST /repos/{owner}/{repo}/git/trees': createTree,
    'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': (call) => {
      const repository = repositoryOf(call);
      const sha = param(call, 'commit_sha');
      return ok(gitCommit(call.state, repository, { sha, commit: objectOf(repository, 'commit', sha) }));
    },
    'POST /repos/{owner}/{repo}/git/commits': createCommit,
    'GET /repos/{owner}/{repo}/git/tags/{tag_sha}': (call) => {
      const repository = repositoryOf(call);
      const sha = param(call, 'tag_sha');
      return ok(tagView(call.state, repository, { sha, tag: objectOf(repository, 'tag', sha) }));
    },
    'POST /repos/{owner}/{repo}/git/tags': createTag,
  },
};
