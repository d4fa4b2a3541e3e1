import { repositoryOf } from '../access.ts';
import { type Area, bodyOf, type Call, param, text } from '../call.ts';
import { tarball, zipball } from '../model/archive.ts';
import { languagesOf } from '../model/languages.ts';
import { licenseOf, licenseView } from '../model/licenses.ts';
import { commitAt, findCommit, isEmpty } from '../model/refs.ts';
import { fullName, type Repository } from '../model/repository.ts';
import { entryAt } from '../model/trees.ts';
import { invalid, notFound } from '../refusal.ts';
import { ok, type Reply, raw, redirect } from '../reply.ts';
import { contentFile } from '../views/content.ts';

function license(call: Call): Reply {
  const repository = repositoryOf(call);
  const ref = text(call, 'ref') ?? repository.defaultBranch;
  const found = isEmpty(repository) ? undefined : commitAt(repository, ref);
  const held = found && licenseOf(repository, found.sha);
  const entry = held && entryAt(repository.objects, found.commit.tree, held.path);
  if (!held || !entry) throw notFound();
  const file = contentFile(call.state, { repository, ref, tree: found.commit.tree, path: held.path, entry });
  return ok({ ...file, license: licenseView(call.state.urls.api, held.license) });
}

function replaceTopics(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'admin' });
  const { names } = bodyOf<{ names: readonly string[] }>(call);
  const topics = names.map((name) => name.toLowerCase());
  if (topics.some((name) => !/^[a-z0-9][a-z0-9-]{0,49}$/.test(name)) || topics.length > 20) {
    throw invalid({ resource: 'Repository', field: 'topics', code: 'invalid' });
  }
  repository.topics = [...new Set(topics)];
  return ok({ names: repository.topics });
}

/** Archives come from another host; here from a path beside the API, without a token, for a while. */
function toArchive(call: Call, kind: 'tarball' | 'zipball'): Reply {
  const repository = repositoryOf(call);
  const asked = param(call, 'ref');
  const { sha } = commitAt(repository, asked === '' ? 'HEAD' : asked);
  return redirect(302, `${call.state.urls.api}/-/archive/${repository.id}/${kind}/${sha}`);
}

function archive(call: Call): Reply {
  const repository: Repository | undefined = call.state.repositories.get(Number(param(call, 'id')));
  const found = repository && findCommit(repository, param(call, 'sha'));
  if (!repository || !found) throw notFound();
  const name = `${fullName(repository).replace('/', '-')}-${found.sha.slice(0, 7)}`;
  const isTar = param(call, 'kind') === 'tarball';
  const data = (isTar ? tarball : zipball)(repository.objects, { tree: found.commit.tree, folder: name });
  const headers = { 'content-disposition': `attachment; filename=${name}.${isTar ? 'tar.gz' : 'zip'}` };
  return { ...raw(data, isTar ? 'application/x-gzip' : 'application/zip'), headers };
}

export const about: Area = {
  name: 'about',
  routes: {
    'GET /repos/{owner}/{repo}/languages': (call) => ok(languagesOf(repositoryOf(call))),
    'GET /repos/{owner}/{repo}/topics': (call) => ok({ names: repositoryOf(call).topics }),
    'PUT /repos/{owner}/{repo}/topics': replaceTopics,
    'GET /repos/{owner}/{repo}/license': license,
    'GET /repos/{owner}/{repo}/tarball/{ref}': (call) => toArchive(call, 'tarball'),
    'GET /repos/{owner}/{repo}/zipball/{ref}': (call) => toArchive(call, 'zipball'),
  },
  outside: {
    'GET /repos/{owner}/{repo}/tarball/': (call) => toArchive(call, 'tarball'),
    'GET /repos/{owner}/{repo}/zipball/': (call) => toArchive(call, 'zipball'),
    'GET /-/archive/{id}/{kind}/{sha}': archive,
  },
};
