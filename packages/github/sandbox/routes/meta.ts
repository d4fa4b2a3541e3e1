import type { Area, Call } from '../call.ts';
import { type Resource, resources, type Standing } from '../limits.ts';
import { ok, raw } from '../reply.ts';

const standing = ({ limit, used, remaining, reset }: Standing) => ({ limit, used, remaining, reset });

/** Where things are, below the address of the API. */
const places: Readonly<Record<string, string>> = {
  current_user: 'user',
  current_user_authorizations_html: 'settings/connections/applications{/client_id}',
  authorizations: 'authorizations',
  code_search: 'search/code?q={query}{&page,per_page,sort,order}',
  commit_search: 'search/commits?q={query}{&page,per_page,sort,order}',
  emails: 'user/emails',
  emojis: 'emojis',
  events: 'events',
  feeds: 'feeds',
  followers: 'user/followers',
  following: 'user/following{/target}',
  gists: 'gists{/gist_id}',
  issue_search: 'search/issues?q={query}{&page,per_page,sort,order}',
  issues: 'issues',
  keys: 'user/keys',
  label_search: 'search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
  notifications: 'notifications',
  organization: 'orgs/{org}',
  organization_repositories: 'orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams: 'orgs/{org}/teams',
  public_gists: 'gists/public',
  rate_limit: 'rate_limit',
  repository: 'repos/{owner}/{repo}',
  repository_search: 'search/repositories?q={query}{&page,per_page,sort,order}',
  current_user_repositories: 'user/repos{?type,page,per_page,sort}',
  starred: 'user/starred{/owner}{/repo}',
  starred_gists: 'gists/starred',
  topic_search: 'search/topics?q={query}{&page,per_page}',
  hub: 'hub',
  user: 'users/{user}',
  user_organizations: 'user/orgs',
  user_repositories: 'users/{user}/repos{?type,page,per_page,sort}',
  user_search: 'search/users?q={query}{&page,per_page,sort,order}',
};

const rootOf = (api: string) =>
  Object.fromEntries(Object.entries(places).map(([name, place]) => [`${name}_url`, `${api}/${place}`]));

export const meta: Area = {
  name: 'meta',
  routes: {
    'GET /': ({ state }) => ok(rootOf(state.urls.api)),
    'GET /rate_limit': (call) => {
      const of = (resource: Resource) => standing(call.limits.standing(call.token, resource));
      return ok({ resources: Object.fromEntries(resources.map((name) => [name, of(name)])), rate: of('core') });
    },
    'GET /meta': () => ok({ verifiable_password_authentication: false, domains: { website: ['*.github.com'] } }),
    'GET /versions': () => ok(['2022-11-28']),
    'GET /zen': () => raw('Keep it logically awesome.', 'text/plain; charset=utf-8'),
    'GET /emojis': ({ state }) => ok({ '+1': `${state.urls.html}/images/icons/emoji/unicode/1f44d.png` }),
    'POST /markdown': (call) => raw(rendered(call), 'text/html; charset=utf-8'),
  },
};

const rendered = (call: Call) => {
  const { text } = call.body as { text: string };
  return `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>\n`;
};
