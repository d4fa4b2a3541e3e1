import type { Call } from '../call.ts';
import { type Gist, type GistComment, type GistRevision, gistFiles, gistsOf } from '../model/gists.ts';
import { nodeId } from '../model/node-id.ts';
import { iso, type State } from '../model/state.ts';
import { publicUser, simpleUser } from './account.ts';

/** Bytes after which the content of a file is cut. */
const mostBytes = 1024 * 1024;
/** Files after which the list of them is cut. */
const mostFiles = 300;
const languages = new Map<string, readonly [string, string]>(
  Object.entries({
    ...{
      md: ['Markdown', 'text/markdown'],
      ts: ['TypeScript', 'application/typescript'],
      js: ['JavaScript', 'application/javascript'],
    },
    ...{ py: ['Python', 'application/x-python'], txt: ['Text', 'text/plain'], json: ['JSON', 'application/json'] },
  } as const),
);

const gistUrl = (state: State, gist: Gist) => `${state.urls.api}/gists/${gist.id}`;

function filesView(gist: Gist, { version, files }: GistRevision, hasContent: boolean) {
  return Object.fromEntries(
    [...files].slice(0, mostFiles).map(([filename, content]) => {
      const [language, type] = languages.get(filename.split('.').at(-1) ?? '') ?? [null, 'text/plain'];
      const size = Buffer.byteLength(content);
      const raw = `https://gist.githubusercontent.com/${gist.owner.login}/${gist.id}/raw/${version}/${encodeURIComponent(filename)}`;
      const shown = Buffer.from(content).subarray(0, mostBytes).toString();
      return [
        filename,
        {
          ...{ filename, type, language, raw_url: raw, size },
          ...(hasContent && { truncated: size > mostBytes, content: shown, encoding: 'utf-8' }),
        },
      ];
    }),
  );
}

/** A gist of a list: its files come without content. */
export function gistRow(state: State, gist: Gist) {
  const url = gistUrl(state, gist);
  const latest = gist.revisions.at(-1);
  return {
    url,
    forks_url: `${url}/forks`,
    commits_url: `${url}/commits`,
    id: gist.id,
    node_id: nodeId('Gist', gist.id),
    git_pull_url: `https://gist.github.com/${gist.id}.git`,
    git_push_url: `https://gist.github.com/${gist.id}.git`,
    html_url: `https://gist.github.com/${gist.owner.login}/${gist.id}`,
    files: latest ? filesView(gist, latest, false) : {},
    public: gist.isPublic,
    created_at: iso(gist.createdAt),
    updated_at: iso(gist.updatedAt),
    description: gist.description,
    comments: gist.comments.length,
    comments_enabled: true,
    user: null,
    comments_url: `${url}/comments`,
    owner: simpleUser(state, gist.owner),
    truncated: latest !== undefined && latest.files.size > mostFiles,
  };
}

export function historyView(state: State, gist: Gist) {
  const lines = (files: ReadonlyMap<string, string>) => [...files.values()].join('').split('\n').length;
  return gist.revisions
    .map(({ version, at, files }) => ({
      ...{ user: simpleUser(state, gist.owner), version, committed_at: iso(at) },
      change_status: { total: lines(files), additions: lines(files), deletions: 0 },
      url: `${gistUrl(state, gist)}/${version}`,
    }))
    .reverse();
}

/** A gist on its own, as it is or as it was. */
export function gistView(state: State, gist: Gist, revision = gist.revisions.at(-1)): object {
  const files = revision ?? { version: '', at: gist.createdAt, files: gistFiles(gist) };
  const forks = [...gistsOf(state).values()].filter(({ forkOf }) => forkOf === gist);
  return {
    ...gistRow(state, gist),
    files: filesView(gist, files, true),
    forks: forks.map((fork) => ({
      ...{ id: fork.id, url: gistUrl(state, fork), user: publicUser(state, fork.owner) },
      ...{ created_at: iso(fork.createdAt), updated_at: iso(fork.updatedAt) },
    })),
    history: historyView(state, gist),
    ...(gist.forkOf && { fork_of: gistRow(state, gist.forkOf) }),
  };
}

export const gistCommentView = ({ state }: Pick<Call, 'state'>, gist: Gist, comment: GistComment) => ({
  ...{ id: comment.id, node_id: nodeId('GistComment', comment.id) },
  url: `${gistUrl(state, gist)}/comments/${comment.id}`,
  body: comment.body,
  user: simpleUser(state, comment.author),
  ...{ created_at: iso(comment.createdAt), updated_at: iso(comment.updatedAt) },
  author_association: comment.author === gist.owner ? 'OWNER' : 'NONE',
});
