import { type Account, noreplyOf } from '../model/accounts.ts';
import { nodeId } from '../model/node-id.ts';
import { iso, type State } from '../model/state.ts';

/** A user as others carry it (simple-user). */
export function simpleUser(state: State, account: Account) {
  const url = `${state.urls.api}/users/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === 'Organization' ? 'Organization' : 'User', account.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `${state.urls.html}/${account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

const repositoriesOf = (state: State, account: Account) =>
  [...state.repositories.values()].filter((repository) => repository.owner === account);

const followersOf = (state: State, account: Account) =>
  [...state.accounts.values()].filter((other) => other.following.has(account.id));

export function publicUser(state: State, account: Account) {
  return {
    ...simpleUser(state, account),
    name: account.name,
    company: account.company,
    blog: account.blog,
    location: account.location,
    email: account.email,
    hireable: null,
    bio: account.bio,
    twitter_username: null,
    public_repos: repositoriesOf(state, account).filter(({ visibility }) => visibility === 'public').length,
    public_gists: 0,
    followers: followersOf(state, account).length,
    following: account.following.size,
    created_at: iso(account.createdAt),
    updated_at: iso(account.updatedAt),
  };
}

export function privateUser(state: State, account: Account) {
  const hidden = repositoriesOf(state, account).filter(({ visibility }) => visibility !== 'public').length;
  return {
    ...publicUser(state, account),
    user_view_type: 'private',
    notification_email: account.email,
    private_gists: 0,
    total_private_repos: hidden,
    owned_private_repos: hidden,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: { name: 'free', space: 976_562_499, collaborators: 0, private_repos: 10_000 },
  };
}

export function simpleOrganization(state: State, account: Account) {
  const url = `${state.urls.api}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('Organization', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    description: account.bio,
  };
}

/** What members may do in an organisation. */
const membersMay = {
  members_can_create_repositories: true,
  members_allowed_repository_creation_type: 'all',
  members_can_create_public_repositories: true,
  members_can_create_private_repositories: true,
  members_can_create_internal_repositories: false,
  members_can_create_pages: true,
  members_can_create_public_pages: true,
  members_can_create_private_pages: true,
  members_can_fork_private_repositories: false,
};

export function fullOrganization(state: State, account: Account, isMember: boolean) {
  const repositories = repositoriesOf(state, account);
  const open = repositories.filter(({ visibility }) => visibility === 'public').length;
  const hidden = repositories.length - open;
  return {
    ...simpleOrganization(state, account),
    name: account.name ?? account.login,
    ...(account.company !== null && { company: account.company }),
    ...(account.blog !== '' && { blog: account.blog }),
    ...(account.location !== null && { location: account.location }),
    ...(account.email !== null && { email: account.email }),
    twitter_username: null,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: open,
    public_gists: 0,
    followers: followersOf(state, account).length,
    following: 0,
    html_url: `${state.urls.html}/${account.login}`,
    created_at: iso(account.createdAt),
    updated_at: iso(account.updatedAt),
    archived_at: null,
    type: 'Organization',
    ...(isMember && {
      total_private_repos: hidden,
      owned_private_repos: hidden,
      private_gists: 0,
      disk_usage: 0,
      collaborators: 0,
      billing_email: account.email ?? `billing@${account.login}.example`,
      default_repository_permission: account.defaultPermission,
      two_factor_requirement_enabled: false,
      ...membersMay,
      web_commit_signoff_required: false,
      plan: { name: 'team', space: 976_562_499, private_repos: 999_999, filled_seats: account.members.size, seats: 5 },
    }),
  };
}

export const emailsOf = (account: Account) => [
  { email: noreplyOf(account), primary: true, verified: true, visibility: account.email ? 'public' : null },
];
