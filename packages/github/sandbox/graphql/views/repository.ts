import type { Account } from '../../model/accounts.ts';
import { findLabel, type Label } from '../../model/labels.ts';
import { languagesOf } from '../../model/languages.ts';
import { licenseOf } from '../../model/licenses.ts';
import { nodeId } from '../../model/node-id.ts';
import { branchRef } from '../../model/refs.ts';
import { atLeast, forksOf, fullName, type Repository, roleOf, stargazersOf } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, list, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { forbidden } from '../errors.ts';
import { isListed, reading } from '../permits.ts';
import { byId } from './account.ts';
import { gitObject, ref, shaOfExpression } from './git.ts';
import { html, isoOrNull } from './written.ts';

const tip = (repository: Repository) => branchRef(repository.defaultBranch);

/** A repository with everything below it. */
export function repository(g: Context, value: Repository): View {
  const role = roleOf(g.state, value, g.viewer);
  const path = `/${fullName(value)}`;
  const show = (other: Repository) => repository(g, other);
  const people = () => [...g.state.accounts.values()].filter(({ type }) => type !== 'Organization');
  const license = () => licenseOf(value)?.license;
  return {
    __typename: 'Repository',
    id: nodeId('Repository', value.id),
    databaseId: value.id,
    name: value.name,
    nameWithOwner: fullName(value),
    owner: () => g.show.account(value.owner),
    url: g.state.urls.html + path,
    resourcePath: path,
    sshUrl: `git@github.com:${fullName(value)}.git`,
    description: value.description,
    descriptionHTML: html(value.description ?? ''),
    homepageUrl: value.homepage,
    ...settings(value),
    createdAt: iso(value.createdAt),
    updatedAt: iso(value.updatedAt),
    pushedAt: isoOrNull(value.pushedAt),
    archivedAt: value.archived ? iso(value.updatedAt) : null,
    stargazerCount: stargazersOf(g.state, value).length,
    forkCount: forksOf(g.state, value).length,
    diskUsage: 1,
    viewerPermission: role?.toUpperCase() ?? null,
    viewerCanAdminister: atLeast(role, 'admin'),
    viewerCanUpdateTopics: atLeast(role, 'maintain'),
    viewerCanSubscribe: true,
    viewerSubscription: 'UNSUBSCRIBED',
    viewerHasStarred: g.viewer.starred.has(value.id),
    viewerDefaultMergeMethod: 'MERGE',
    parent: () => (value.parent && isListed(g, value.parent) ? show(value.parent) : null),
    forks: list(() => forksOf(g.state, value).filter((fork) => isListed(g, fork)), show, byId),
    stargazers: list(
      () => stargazersOf(g.state, value),
      (account) => g.show.user(account),
      { ...byId, edge: ({ starred }) => ({ starredAt: iso(starred.get(value.id) ?? 0) }) },
    ),
    assignableUsers: named(g, () => people().filter((user) => isInside(g, value, user))),
    mentionableUsers: named(g, () => people().filter((user) => isInside(g, value, user))),
    watchers: list(
      () => people().filter((user) => isInside(g, value, user)),
      (user) => g.show.user(user),
      byId,
    ),
    collaborators: (args: PageArgs & { query?: string | null; login?: string | null }) => {
      if (!atLeast(role, 'write')) throw forbidden('You do not have permission to view repository collaborators.');
      const wanted = (args.login ?? args.query ?? '').toLowerCase();
      const items = people().filter((user) => isInside(g, value, user) && user.login.toLowerCase().includes(wanted));
      return connect('collaborators', args, {
        ...{ ...byId, items, view: (user: Account) => g.show.user(user) },
        edge: (user: Account) => ({ permission: roleOf(g.state, value, user)?.toUpperCase() }),
      });
    },
    licenseInfo: () => {
      const found = license();
      return found ? licenseInfo(found) : null;
    },
    primaryLanguage: () => {
      const [first] = Object.keys(languagesOf(value));
      return first ? language(g, first) : null;
    },
    languages: (args: PageArgs & OrderArgs) => {
      const all = Object.entries(languagesOf(value)).map(([name, size]) => ({ name, size }));
      return connect('languages', args, {
        items: sorted(all, args.orderBy, { SIZE: ({ size }) => size }),
        view: ({ name }) => language(g, name),
        key: ({ name }) => name,
        more: { totalSize: all.reduce((total, { size }) => total + size, 0) },
        edge: ({ size }) => ({ size }),
      });
    },
    repositoryTopics: list(
      () => value.topics,
      (name) => topic(g, name),
      { key: (name) => name },
    ),
    ...refsAndObjects(g, value),
    label: ({ name }: { name: string }) => {
      const found = findLabel(value.labels, name);
      return found ? g.show.label(value, found) : null;
    },
    labels: labels(g, value),
    branchProtectionRules: list(
      () => [...value.protections].map(([pattern, protection]) => ({ pattern, protection })),
      (rule) => g.show.protection(value, rule),
      { key: ({ pattern }) => pattern },
    ),
    projectsV2: g.show.projectsOf(value.owner).projectsV2,
    projectV2: g.show.projectsOf(value.owner).projectV2,
    ...g.show.milestonesOf(value),
    ...g.show.releasesOf(value),
    ...g.show.issuesOf(value),
    ...g.show.pullsOf(value),
    ...g.show.discussionsOf(value),
  };
}

const settings = (value: Repository): View => ({
  visibility: value.visibility.toUpperCase(),
  isPrivate: value.visibility !== 'public',
  isFork: value.parent !== undefined,
  isArchived: value.archived,
  isTemplate: value.isTemplate,
  isEmpty: value.refs.size === 0,
  isInOrganization: value.owner.type === 'Organization',
  isDisabled: false,
  isLocked: false,
  isMirror: false,
  mirrorUrl: null,
  hasIssuesEnabled: value.hasIssues,
  hasProjectsEnabled: value.hasProjects,
  hasWikiEnabled: value.hasWiki,
  hasDiscussionsEnabled: value.hasDiscussions,
  mergeCommitAllowed: value.allowMergeCommit,
  squashMergeAllowed: value.allowSquashMerge,
  rebaseMergeAllowed: value.allowRebaseMerge,
  autoMergeAllowed: value.allowAutoMerge,
  allowUpdateBranch: value.allowUpdateBranch,
  deleteBranchOnMerge: value.deleteBranchOnMerge,
  forkingAllowed: value.allowForking,
  webCommitSignoffRequired: value.webCommitSignoffRequired,
  mergeCommitTitle: 'MERGE_MESSAGE',
  mergeCommitMessage: 'PR_TITLE',
  squashMergeCommitTitle: 'COMMIT_OR_PR_TITLE',
  squashMergeCommitMessage: 'COMMIT_MESSAGES',
  openGraphImageUrl: `https://opengraph.githubassets.com/1/${fullName(value)}`,
  usesCustomOpenGraphImage: false,
  templateRepository: null,
});

/** What a user has beyond what everyone has. */
const isInside = (g: Context, value: Repository, user: Account) =>
  roleOf(g.state, { ...value, visibility: 'private' }, user) !== undefined;

/** Users whose login or name has the query in it. */
const named =
  (g: Context, all: () => readonly Account[]) =>
  (args: PageArgs & { query?: string | null }): View => {
    const wanted = (args.query ?? '').toLowerCase();
    const items = all().filter(({ login, name }) => `${login} ${name ?? ''}`.toLowerCase().includes(wanted));
    return connect('users', args, { ...byId, items, view: (user) => g.show.user(user) });
  };

function refsAndObjects(g: Context, value: Repository): View {
  const names = (prefix: string) => [...value.refs.keys()].filter((name) => name.startsWith(prefix)).sort();
  return {
    defaultBranchRef: () => ref(g, value, tip(value)),
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      const tries = [qualifiedName, `refs/${qualifiedName}`, branchRef(qualifiedName), `refs/tags/${qualifiedName}`];
      const found = tries.find((name) => value.refs.has(name));
      return found ? ref(g, value, found) : null;
    },
    refs: (args: PageArgs & OrderArgs & { refPrefix: string; query?: string | null; direction?: 'ASC' | 'DESC' }) => {
      reading(g, value, 'contents');
      const prefix = args.refPrefix.endsWith('/') ? args.refPrefix : `${args.refPrefix}/`;
      const found = names(prefix).filter((name) => name.slice(prefix.length).includes(args.query ?? ''));
      const byName = (name: string) => name;
      const items = sorted(found, args.orderBy, {
        ALPHABETICAL: byName,
        TAG_COMMIT_DATE: (name) => dateOf(value, name),
      });
      return connect('refs', args, {
        items: args.direction === 'DESC' ? items.toReversed() : items,
        view: (name) => ref(g, value, name),
        key: byName,
      });
    },
    object: ({ expression, oid }: { expression?: string | null; oid?: string | null }) => {
      const sha = oid ?? (expression == null ? undefined : shaOfExpression(value, expression));
      return sha === undefined ? null : gitObject(g, value, sha);
    },
  };
}

function dateOf({ objects, refs }: Repository, name: string): number {
  let object = objects.get(refs.get(name) ?? '');
  while (object?.type === 'tag') object = objects.get(object.object);
  return object?.type === 'commit' ? object.committer.date : 0;
}

const labels = (g: Context, value: Repository) => (args: PageArgs & OrderArgs & { query?: string | null }) => {
  const wanted = (args.query ?? '').toLowerCase();
  const found = value.labels.filter(({ name, description }) =>
    `${name} ${description ?? ''}`.toLowerCase().includes(wanted),
  );
  const items = sorted<Label>(found, args.orderBy, {
    CREATED_AT: ({ id }) => id,
    NAME: ({ name }) => name.toLowerCase(),
  });
  return connect('labels', args, { ...byId, items, view: (label) => g.show.label(value, label) });
};

export const language = (_g: Context, name: string): View => ({
  __typename: 'Language',
  id: nodeId('Language', name),
  name,
  color: '#3178c6',
});

const licenseInfo = ({ key, name, spdx }: { key: string; name: string; spdx: string }): View => ({
  __typename: 'License',
  ...{
    id: nodeId('License', key),
    key,
    name,
    spdxId: spdx,
    nickname: null,
    url: `http://choosealicense.com/licenses/${key}/`,
  },
  pseudoLicense: key === 'other',
});

const topic = (g: Context, name: string): View => ({
  id: nodeId('RepositoryTopic', name),
  url: `${g.state.urls.html}/topics/${name}`,
  resourcePath: `/topics/${name}`,
  topic: { id: nodeId('Topic', name), name, stargazerCount: 0, viewerHasStarred: false },
});
