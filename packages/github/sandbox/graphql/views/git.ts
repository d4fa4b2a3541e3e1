import { accountByEmail } from '../../model/accounts.ts';
import { blame } from '../../model/blame.ts';
import { changesBetween, isBinary } from '../../model/changes.ts';
import { compare } from '../../model/compare.ts';
import { log, logOfPath } from '../../model/history.ts';
import { languageOf } from '../../model/languages.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Commit, Person, TreeEntry } from '../../model/objects.ts';
import { findCommit, shaAt } from '../../model/refs.ts';
import { fullName, type Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { entryAt } from '../../model/trees.ts';
import { connect, list, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { missing, unprocessable } from '../errors.ts';
import { reading } from '../permits.ts';
import { html } from './written.ts';

/** Path below the repository's page. */
export const below = (g: Context, repository: Repository, path: string) => ({
  url: `${g.state.urls.html}/${fullName(repository)}/${path}`,
  resourcePath: `/${fullName(repository)}/${path}`,
});

const base = (g: Context, repository: Repository, { type, sha }: { type: string; sha: string }): View => {
  const { url, resourcePath } = below(g, repository, `commit/${sha}`);
  return {
    __typename: type,
    id: nodeId(type, `${repository.id}:${sha}`),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    commitUrl: url,
    commitResourcePath: resourcePath,
    repository: () => g.show.repository(repository),
  };
};

/** Any object of the repository; null where there is none. */
export function gitObject(g: Context, repository: Repository, sha: string): View | null {
  reading(g, repository, 'contents');
  const object = repository.objects.get(sha);
  if (!object) return null;
  switch (object.type) {
    case 'commit':
      return commit(g, repository, sha);
    case 'blob':
      return { ...base(g, repository, { type: 'Blob', sha }), ...blobFields(object.data) };
    case 'tree':
      return {
        ...base(g, repository, { type: 'Tree', sha }),
        entries: object.entries.map((entry) => treeEntry(g, repository, { entry, path: entry.name })),
      };
    case 'tag':
      return {
        ...base(g, repository, { type: 'Tag', sha }),
        name: object.tag,
        message: object.message,
        tagger: gitActor(g, object.tagger),
        target: () => gitObject(g, repository, object.object),
      };
  }
}

const textLimit = 512_000;

function blobFields(data: Buffer): View {
  const binary = isBinary(data);
  const text = data.toString('utf8');
  return {
    byteSize: data.length,
    isBinary: binary,
    isTruncated: !binary && data.length > textLimit,
    text: binary ? null : data.length > textLimit ? data.subarray(0, textLimit).toString('utf8') : text,
  };
}

function treeEntry(g: Context, repository: Repository, { entry, path }: { entry: TreeEntry; path: string }): View {
  const blob = repository.objects.find('blob', entry.sha);
  const type = entry.mode === '040000' ? 'tree' : entry.mode === '160000' ? 'commit' : 'blob';
  const language = languageOf(entry.name);
  return {
    name: entry.name,
    path,
    type,
    mode: Number.parseInt(entry.mode, 8),
    oid: entry.sha,
    size: blob?.data.length ?? 0,
    lineCount: blob && !isBinary(blob.data) ? blob.data.toString('utf8').split('\n').length - 1 : null,
    extension: /(\.[^.]+)$/.exec(entry.name)?.[1] ?? '',
    isGenerated: false,
    language: language && blob ? g.show.language(language) : null,
    object: () => gitObject(g, repository, entry.sha),
    repository: () => g.show.repository(repository),
    submodule: null,
  };
}

/** `main:src/a.ts`, `HEAD`, `v1.0^{}`, a sha; undefined where it leads nowhere. */
export function shaOfExpression(repository: Repository, expression: string): string | undefined {
  const [, name = '', path] = /^([^:]*)(?::(.*))?$/s.exec(expression) ?? [];
  if (path === undefined) return shaAt(repository, name.replace(/\^\{\w*\}$/, ''));
  const found = findCommit(repository, name);
  return found && entryAt(repository.objects, found.commit.tree, path)?.sha;
}

export function gitActor(g: Context, person: Person): View {
  const account = accountByEmail(g.state, person.email);
  return {
    name: person.name,
    email: person.email,
    date: iso(person.date),
    avatarUrl: () => `https://avatars.githubusercontent.com/u/${account?.id ?? 0}?v=4`,
    user: () => (account?.type === 'User' ? g.show.user(account) : null),
  };
}

function totals(g: Context, { objects }: Repository, { tree, parents }: Commit) {
  const before = parents[0] === undefined ? undefined : objects.read('commit', parents[0]).tree;
  const files = changesBetween(objects, { before, after: tree }, g.state.bounds.patchLines);
  const sum = (field: 'additions' | 'deletions') => files.reduce((all, file) => all + file[field], 0);
  return { additions: sum('additions'), deletions: sum('deletions'), files: files.length };
}

export function commit(g: Context, repository: Repository, sha: string): View {
  const { objects } = repository;
  const value = objects.read('commit', sha);
  const [headline = '', ...rest] = value.message.split('\n');
  const show = (other: string) => commit(g, repository, other);
  const address = below(g, repository, `commit/${sha}`);
  const tree = below(g, repository, `tree/${sha}`);
  return {
    ...base(g, repository, { type: 'Commit', sha }),
    ...address,
    message: value.message,
    messageHeadline: headline,
    messageBody: rest.join('\n').trim(),
    messageHeadlineHTML: headline,
    messageBodyHTML: html(rest.join('\n').trim()),
    author: gitActor(g, value.author),
    committer: gitActor(g, value.committer),
    authors: list(
      () => [value.author],
      (person) => gitActor(g, person),
    ),
    authoredDate: iso(value.author.date),
    committedDate: iso(value.committer.date),
    authoredByCommitter: value.author.email === value.committer.email,
    committedViaWeb: false,
    additions: () => totals(g, repository, value).additions,
    deletions: () => totals(g, repository, value).deletions,
    changedFiles: () => totals(g, repository, value).files,
    changedFilesIfAvailable: () => totals(g, repository, value).files,
    parents: list(() => value.parents, show, { key: (parent) => parent }),
    tree: () => gitObject(g, repository, value.tree),
    treeUrl: tree.url,
    treeResourcePath: tree.resourcePath,
    tarballUrl: below(g, repository, `archive/${sha}.tar.gz`).url,
    zipballUrl: below(g, repository, `archive/${sha}.zip`).url,
    signature: null,
    file: ({ path }: { path: string }) => {
      const found = entryAt(objects, value.tree, path);
      const name = path.split('/').at(-1) ?? path;
      return found ? treeEntry(g, repository, { entry: { ...found, name }, path }) : null;
    },
    history: (args: HistoryArgs) => history(g, repository, { sha, args }),
    blame: ({ path }: { path: string }) => {
      const ranges = blame(objects, sha, path);
      if (!ranges) throw missing(`Could not resolve file for path '${path}'.`);
      return { ranges: ranges.map((range) => ({ ...range, age: 1, commit: show(range.commit) })) };
    },
    ...g.show.checksOf(repository, sha),
    ...g.show.pullsOfCommit(repository, sha),
  };
}

interface HistoryArgs extends PageArgs {
  readonly path?: string | null;
  readonly since?: string | null;
  readonly until?: string | null;
  readonly author?: { readonly id?: string | null; readonly emails?: readonly string[] | null } | null;
}

function history(g: Context, repository: Repository, { sha, args }: { sha: string; args: HistoryArgs }): View {
  const { path, since, until, author } = args;
  const emails = author?.emails ?? null;
  const id = author?.id ?? null;
  const all = path ? logOfPath(repository.objects, sha, path) : log(repository.objects, sha);
  const items = [...all].filter(({ commit: { author: by, committer } }) => {
    const user = accountByEmail(g.state, by.email);
    return (
      (!since || committer.date >= Date.parse(since)) &&
      (!until || committer.date <= Date.parse(until)) &&
      (!emails || emails.includes(by.email)) &&
      (!id || (user !== undefined && nodeId('User', user.id) === id))
    );
  });
  const view = (entry: { sha: string }) => commit(g, repository, entry.sha);
  return connect('history', args, { items, view, key: (entry) => entry.sha });
}

export function ref(g: Context, repository: Repository, name: string): View | null {
  const sha = repository.refs.get(name);
  if (sha === undefined) return null;
  reading(g, repository, 'contents');
  const prefix = /^refs\/[^/]+\//.exec(name)?.[0] ?? 'refs/';
  const short = name.slice(prefix.length);
  const protection = repository.protections.get(short);
  return {
    __typename: 'Ref',
    id: nodeId('Ref', `${repository.id}:${name}`),
    name: short,
    prefix,
    repository: () => g.show.repository(repository),
    target: () => gitObject(g, repository, sha),
    branchProtectionRule: () => (protection ? g.show.protection(repository, { pattern: short, protection }) : null),
    compare: ({ headRef }: { headRef: string }) => comparison(g, repository, { base: short, head: headRef }),
    ...g.show.pullsOfBranch(repository, short),
  };
}

/** Heads of forks are named 'owner:branch'. */
function comparison(g: Context, repository: Repository, { base: from, head }: { base: string; head: string }): View {
  const [, owner, branch = head] = /^(?:([^:]+):)?(.*)$/s.exec(head) ?? [];
  const fork = owner
    ? g.state.repositories.values().find((one) => one.objects === repository.objects && one.owner.login === owner)
    : repository;
  const sides = { base: findCommit(repository, from), head: fork && findCommit(fork, branch) };
  if (!sides.base || !sides.head) throw missing(`Could not resolve to a Ref with the name '${head}'.`);
  const result = compare(g.state, repository.objects, { base: sides.base.sha, head: sides.head.sha });
  if (!result) throw unprocessable(`No common ancestor between ${from} and ${head}.`);
  const { base: left, head: right } = sides;
  return {
    id: nodeId('Comparison', `${repository.id}:${left.sha}...${right.sha}`),
    status: result.status.toUpperCase(),
    aheadBy: result.aheadBy,
    behindBy: result.behindBy,
    baseTarget: () => gitObject(g, repository, left.sha),
    headTarget: () => gitObject(g, repository, right.sha),
    commits: list(
      () => result.commits,
      ({ sha }) => commit(g, repository, sha),
      {
        key: ({ sha }) => sha,
        more: { authorCount: new Set(result.commits.map((entry) => entry.commit.author.email)).size },
      },
    ),
  };
}
