import { type Account, organizationsOf, type Team } from '../../model/accounts.ts';
import { everyIssue } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, type Listing, list, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, Field, View } from '../context.ts';
import { missing } from '../errors.ts';
import { isListed, needScopes, repositoryNamed } from '../permits.ts';

export const byId: Listing<{ readonly id: number }> = { key: ({ id }) => id };

const visible = (g: Context, all: Iterable<Repository>) => [...all].filter((repository) => isListed(g, repository));

export const accountId = ({ type, id }: Account): string =>
  nodeId(type === 'Organization' ? 'Organization' : 'User', id);

/** What every actor has. */
function actor(g: Context, account: Account): View {
  return {
    login: account.login,
    url: `${g.state.urls.html}/${account.login}`,
    resourcePath: `/${account.login}`,
    avatarUrl: ({ size }: { size?: number }) =>
      `https://avatars.githubusercontent.com/u/${account.id}?${size ? `s=${size}&` : ''}v=4`,
    id: accountId(account),
    databaseId: account.id,
    createdAt: iso(account.createdAt),
    updatedAt: iso(account.updatedAt),
  };
}

function owner(g: Context, account: Account): View {
  const owned = () => g.state.repositories.values().filter((repository) => repository.owner === account);
  return {
    ...actor(g, account),
    name: account.name,
    email: account.email ?? (account.type === 'User' ? '' : null),
    location: account.location,
    websiteUrl: account.blog || null,
    repositories: repositories(owned),
    repository: ({ name, followRenames }: { name: string; followRenames: boolean }) =>
      g.show.repository(repositoryNamed(g, `${account.login}/${name}`, { followRenames })),
    ...g.show.projectsOf(account),
  };
}

/** Repositories with the filters of the schema. */
const repositories =
  (all: () => Iterable<Repository>): Field<PageArgs & OrderArgs & RepositoryFilter> =>
  (args, g, info) => {
    const { isArchived, isFork, privacy, visibility, ownerAffiliations } = args;
    // Every repository here is owned by the account itself.
    void ownerAffiliations;
    const shown = visible(g, all()).filter(
      (repository) =>
        (isArchived == null || repository.archived === isArchived) &&
        (isFork == null || (repository.parent !== undefined) === isFork) &&
        (privacy == null || (repository.visibility === 'public') === (privacy === 'PUBLIC')) &&
        (visibility == null || repository.visibility.toUpperCase() === visibility),
    );
    const items = sorted(shown, args.orderBy, {
      NAME: ({ name }) => name.toLowerCase(),
      CREATED_AT: ({ createdAt }) => createdAt,
      UPDATED_AT: ({ updatedAt }) => updatedAt,
      PUSHED_AT: ({ pushedAt }) => pushedAt,
      STARGAZERS: (repository) => starsOf(g, repository),
    });
    return connect(info.fieldName, args, { ...byId, items, view: (item) => g.show.repository(item) });
  };

interface RepositoryFilter {
  readonly isArchived?: boolean | null;
  readonly isFork?: boolean | null;
  readonly privacy?: 'PUBLIC' | 'PRIVATE' | null;
  readonly visibility?: string | null;
  readonly ownerAffiliations?: unknown;
}

const starsOf = (g: Context, { id }: Repository) =>
  g.state.accounts.values().reduce((stars, { starred }) => stars + (starred.has(id) ? 1 : 0), 0);

export function user(g: Context, account: Account): View {
  const everyone = () => [...g.state.accounts.values()];
  const show = (other: Account) => g.show.user(other);
  return {
    __typename: 'User',
    ...owner(g, account),
    email: () => {
      needScopes(g, 'email', ['user:email', 'read:user']);
      return account.email ?? '';
    },
    bio: account.bio,
    company: account.company,
    twitterUsername: null,
    pronouns: null,
    isViewer: account === g.viewer,
    isSiteAdmin: false,
    isHireable: false,
    followers: list(() => everyone().filter(({ following }) => following.has(account.id)), show, byId),
    following: list(() => everyone().filter(({ id }) => account.following.has(id)), show, byId),
    viewerIsFollowing: g.viewer.following.has(account.id),
    viewerCanFollow: account !== g.viewer,
    starredRepositories: list(
      () =>
        visible(
          g,
          g.state.repositories.values().filter(({ id }) => account.starred.has(id)),
        ),
      (repository) => g.show.repository(repository),
      byId,
    ),
    organizations: list(
      () =>
        organizationsOf(g.state, account).filter(
          ({ publicMembers }) => account === g.viewer || publicMembers.has(account.id),
        ),
      (organization) => g.show.organization(organization),
      byId,
    ),
    status: null,
    ...g.show.issueLists(() =>
      everyIssue(g.state).filter(({ author, repository }) => author === account && isListed(g, repository)),
    ),
    organization: ({ login }: { login: string }) => {
      const found = organizationsOf(g.state, account).find((candidate) => candidate.login === login);
      return found ? g.show.organization(found) : null;
    },
  };
}

export function organization(g: Context, account: Account): View {
  const isMember = account.members.has(g.viewer.id);
  const members = () =>
    [...g.state.accounts.values()].filter(
      ({ id }) => account.members.has(id) && (isMember || account.publicMembers.has(id)),
    );
  return {
    __typename: 'Organization',
    ...owner(g, account),
    description: account.bio,
    isVerified: false,
    viewerIsAMember: isMember,
    viewerCanAdminister: account.members.get(g.viewer.id) === 'admin',
    membersWithRole: list(members, (member) => g.show.user(member), {
      ...byId,
      edge: ({ id }) => ({ role: account.members.get(id) === 'admin' ? 'ADMIN' : 'MEMBER', hasTwoFactorEnabled: null }),
    }),
    teams: (args: PageArgs & { query?: string | null }) => {
      needScopes(g, 'teams', ['read:org']);
      const wanted = args.query?.toLowerCase() ?? '';
      const items = account.teams.filter(({ name }) => isMember && name.toLowerCase().includes(wanted));
      return connect('teams', args, { ...byId, items, view: (item) => g.show.team(account, item) });
    },
    team: ({ slug }: { slug: string }) => {
      needScopes(g, 'team', ['read:org']);
      const found = account.teams.find((candidate) => isMember && candidate.slug === slug);
      return found ? g.show.team(account, found) : null;
    },
  };
}

export function team(g: Context, organizationOfTeam: Account, { id, slug, name, members }: Team): View {
  return {
    __typename: 'Team',
    // The node_id of the REST API.
    id: `T_${id}`,
    databaseId: id,
    slug,
    name,
    combinedSlug: `${organizationOfTeam.login}/${slug}`,
    description: null,
    privacy: 'VISIBLE',
    url: `${g.state.urls.html}/orgs/${organizationOfTeam.login}/teams/${slug}`,
    organization: () => g.show.organization(organizationOfTeam),
    members: list(
      () => [...g.state.accounts.values()].filter((account) => members.has(account.id)),
      (account) => g.show.user(account),
      byId,
    ),
  };
}

/** A user, organisation or bot, wherever the schema says actor or owner. */
export function account(g: Context, value: Account): View {
  if (value.type === 'Organization') return organization(g, value);
  return value.type === 'Bot' ? { __typename: 'Bot', ...actor(g, value) } : user(g, value);
}

/** The account of a name, of the type. Throws FieldRefusal NOT_FOUND. */
export function accountNamed(g: Context, login: string, type?: Account['type']): Account {
  const wanted = login.toLowerCase();
  const found = g.state.accounts.values().find((candidate) => candidate.login.toLowerCase() === wanted);
  if (found && (!type || found.type === type)) return found;
  throw missing(
    `Could not resolve to ${type === 'Organization' ? 'an Organization' : 'a User'} with the login of '${login}'.`,
  );
}
