import { accountOf, actorWith } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import { addGist, addGistComment, type Gist, gistFiles, gistsOf, revise } from '../model/gists.ts';
import { invalid, notFound, unprocessable } from '../refusal.ts';
import { created, noContent, ok, type Reply } from '../reply.ts';
import { gistCommentView, gistRow, gistView, historyView } from '../views/gist.ts';
import { refuseBadBody } from './issue-comments.ts';

interface GivenFile {
  readonly content?: string;
  readonly filename?: string | null;
}

interface GistBody {
  readonly description?: string;
  readonly files?: Readonly<Record<string, GivenFile | null>>;
  readonly public?: boolean | 'true' | 'false';
}

/** Secret gists are found by whoever knows their id. */
function gistAt(call: Call): Gist {
  const gist = gistsOf(call.state).get(param(call, 'gist_id'));
  if (!gist) throw notFound();
  return gist;
}

function ownGist(call: Call): Gist {
  const gist = gistAt(call);
  if (gist.owner !== actorWith(call)) throw notFound();
  return gist;
}

function list(call: Call, isShown: (gist: Gist) => boolean): Reply {
  const since = Date.parse(text(call, 'since') ?? '');
  const found = [...gistsOf(call.state).values()].filter((gist) => isShown(gist) && !(gist.updatedAt < since));
  return page(call, found.reverse(), (gist) => gistRow(call.state, gist));
}

function create(call: Call): Reply {
  const owner = actorWith(call);
  const { files = {}, description, public: isPublic } = bodyOf<GistBody>(call);
  const given = Object.entries(files).map(([name, file]) => [name, file?.content ?? ''] as const);
  if (given.length === 0) throw noFiles();
  if (given.some(([, content]) => content === '')) throw noFiles();
  for (const [name] of given) refuseFolder(name);
  const gist = addGist(call.state, {
    ...{ owner, files: Object.fromEntries(given), description: description ?? null },
    isPublic: isPublic === true || isPublic === 'true',
  });
  return created(gistView(call.state, gist), `${call.state.urls.api}/gists/${gist.id}`);
}

const noFiles = () => invalid({ resource: 'Gist', code: 'missing_field', field: 'files' });

function refuseFolder(name: string): void {
  if (!name.includes('/')) return;
  const message = "contents can't be in subdirectories or include '/' in the name";
  throw invalid({ resource: 'Gist', code: 'custom', field: 'files', message });
}

function update(call: Call): Reply {
  const gist = ownGist(call);
  const { files = {}, description } = bodyOf<GistBody>(call);
  const next = new Map(gistFiles(gist));
  for (const [name, file] of Object.entries(files)) change(next, name, file);
  if (next.size === 0) throw noFiles();
  if (description !== undefined) Object.assign(gist, { description, updatedAt: call.state.now() });
  revise(call.state, gist, next);
  return ok(gistView(call.state, gist));
}

/** Nothing given, and an empty text, delete a file; a name that is null is refused, whatever the description says. */
function change(files: Map<string, string>, name: string, file: GivenFile | null): void {
  if (file?.filename === null) {
    throw unprocessable("Invalid request.\n\nFor 'properties/filename', nil is not a string.");
  }
  const filename = file?.filename ?? name;
  const text = file?.content ?? (file?.filename === undefined ? undefined : files.get(name));
  if (file?.filename !== undefined && text === undefined) throw noFiles();
  if (text === undefined || text === '') {
    files.delete(name);
    return;
  }
  refuseFolder(filename);
  if (filename !== name) files.delete(name);
  files.set(filename, text);
}

function commentAt(call: Call) {
  const gist = gistAt(call);
  const comment = gist.comments.find(({ id }) => id === Number(param(call, 'comment_id')));
  if (!comment) throw notFound();
  return { gist, comment };
}

function ownComment(call: Call) {
  const found = commentAt(call);
  if (found.comment.author !== actorWith(call)) throw notFound();
  return found;
}

const path = '/gists/{gist_id}';

export const gists: Area = {
  name: 'gists',
  routes: {
    'GET /gists': (call) => list(call, ({ owner, isPublic }) => (call.user ? owner === call.user : isPublic)),
    'GET /gists/public': (call) => list(call, ({ isPublic }) => isPublic),
    'GET /gists/starred': (call) => {
      const user = actorWith(call);
      return list(call, ({ stars }) => stars.has(user.id));
    },
    'GET /users/{username}/gists': (call) => {
      const user = accountOf(call, 'username');
      return list(call, ({ owner, isPublic }) => owner === user && (isPublic || call.user === user));
    },
    'POST /gists': create,
    [`GET ${path}`]: (call) => ok(gistView(call.state, gistAt(call))),
    [`PATCH ${path}`]: update,
    [`DELETE ${path}`]: (call) => {
      gistsOf(call.state).delete(ownGist(call).id);
      return noContent();
    },
    [`GET ${path}/commits`]: (call) => page(call, historyView(call.state, gistAt(call)), (entry) => entry),
    [`GET ${path}/{sha}`]: (call) => {
      const gist = gistAt(call);
      const revision = gist.revisions.find(({ version }) => version === param(call, 'sha'));
      if (!revision) throw notFound();
      return ok(gistView(call.state, gist, revision));
    },
    [`GET ${path}/forks`]: (call) => {
      const gist = gistAt(call);
      const forks = [...gistsOf(call.state).values()].filter(({ forkOf }) => forkOf === gist);
      return page(call, forks, (fork) => gistRow(call.state, fork));
    },
    [`POST ${path}/forks`]: (call) => {
      const forkOf = gistAt(call);
      const owner = actorWith(call);
      if (forkOf.owner === owner) throw invalid({ resource: 'Gist', code: 'unprocessable', field: 'forks' });
      const { description, isPublic } = forkOf;
      const files = Object.fromEntries(gistFiles(forkOf));
      return created(gistRow(call.state, addGist(call.state, { owner, files, description, isPublic, forkOf })));
    },
    [`GET ${path}/star`]: (call) => {
      if (!gistAt(call).stars.has(actorOf(call).id)) throw notFound();
      return noContent();
    },
    [`PUT ${path}/star`]: (call) => {
      gistAt(call).stars.add(actorWith(call).id);
      return noContent();
    },
    [`DELETE ${path}/star`]: (call) => {
      gistAt(call).stars.delete(actorWith(call).id);
      return noContent();
    },
    [`GET ${path}/comments`]: (call) => {
      const gist = gistAt(call);
      return page(call, gist.comments, (comment) => gistCommentView(call, gist, comment));
    },
    [`POST ${path}/comments`]: (call) => {
      const gist = gistAt(call);
      const author = actorWith(call);
      const { body } = bodyOf<{ body: string }>(call);
      refuseBadBody('GistComment', body);
      return created(gistCommentView(call, gist, addGistComment(call.state, gist, { author, body })));
    },
    [`GET ${path}/comments/{comment_id}`]: (call) => {
      const { gist, comment } = commentAt(call);
      return ok(gistCommentView(call, gist, comment));
    },
    [`PATCH ${path}/comments/{comment_id}`]: (call) => {
      const { gist, comment } = ownComment(call);
      const { body } = bodyOf<{ body: string }>(call);
      refuseBadBody('GistComment', body);
      Object.assign(comment, { body, updatedAt: call.state.now() });
      return ok(gistCommentView(call, gist, comment));
    },
    [`DELETE ${path}/comments/{comment_id}`]: (call) => {
      const { gist, comment } = ownComment(call);
      gist.comments.splice(gist.comments.indexOf(comment), 1);
      return noContent();
    },
  },
};
