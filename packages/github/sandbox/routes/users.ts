import { accountOf, actorWith, isHiddenBySaml, partialHeader } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import { type Account, findAccount, organizationsOf } from '../model/accounts.ts';
import { hasPermission, hasScope } from '../model/tokens.ts';
import { notFound } from '../refusal.ts';
import { noContent, ok, type Reply } from '../reply.ts';
import {
  emailsOf,
  fullOrganization,
  privateUser,
  publicUser,
  simpleOrganization,
  simpleUser,
} from '../views/account.ts';

const everyone = (call: Call) => [...call.state.accounts.values()];
const simple = (call: Call) => (account: Account) => simpleUser(call.state, account);
const followersOf = (call: Call, account: Account) => everyone(call).filter((other) => other.following.has(account.id));
const followingOf = (call: Call, account: Account) => everyone(call).filter(({ id }) => account.following.has(id));

function me(call: Call): Reply {
  const user = actorOf(call);
  const isWhole =
    call.token?.kind === 'fine-grained'
      ? hasPermission(call.token, 'profile', 'write')
      : call.token && hasScope(call.token, 'user');
  const view = isWhole ? privateUser(call.state, user) : publicUser(call.state, user);
  return ok(view, { lastModified: user.updatedAt });
}

function updateMe(call: Call): Reply {
  const user = actorWith(call);
  const { name, email, blog, company, location, bio } = bodyOf<Partial<Account>>(call);
  const given = Object.entries({ name, email, blog, company, location, bio }).filter(
    ([, value]) => value !== undefined,
  );
  Object.assign(user, Object.fromEntries(given), { updatedAt: call.state.now() });
  return ok(privateUser(call.state, user));
}

/** Organisations that single sign-on hides are left out, and named in a header. */
function myOrganizations(call: Call): Reply {
  const all = organizationsOf(call.state, actorOf(call));
  const shown = all.filter((organization) => !isHiddenBySaml(call, organization));
  const reply = page(call, shown, (organization) => simpleOrganization(call.state, organization));
  return { ...reply, headers: { ...reply.headers, ...partialHeader(call) } };
}

const publicOrganizations = (call: Call, user: Account) =>
  organizationsOf(call.state, user).filter(({ publicMembers }) => publicMembers.has(user.id) || call.user === user);

function membershipView(call: Call, organization: Account, user: Account) {
  const url = `${call.state.urls.api}/orgs/${organization.login}`;
  return {
    url: `${url}/memberships/${user.login}`,
    state: 'active',
    role: organization.members.get(user.id),
    organization_url: url,
    organization: simpleOrganization(call.state, organization),
    user: simpleUser(call.state, user),
  };
}

function memberOf(call: Call, organization: Account): Account {
  const user = findAccount(call.state, param(call, 'username'));
  if (!user || !organization.members.has(user.id)) throw notFound();
  return user;
}

const isMember = (call: Call, organization: Account) => organization.members.has(call.user?.id ?? 0);

/** Strangers see who shows it. */
function members(call: Call): Reply {
  const organization = accountOf(call, 'org', 'Organization');
  const role = text(call, 'role') ?? 'all';
  const shown = everyone(call).filter(({ id }) => {
    const held = organization.members.get(id);
    if (held === undefined || (role !== 'all' && held !== role)) return false;
    return isMember(call, organization) || organization.publicMembers.has(id);
  });
  return page(call, shown, simple(call));
}

export const users: Area = {
  name: 'users',
  routes: {
    'GET /user': me,
    'PATCH /user': updateMe,
    'GET /user/emails': (call) => page(call, emailsOf(actorWith(call)), (email) => email),
    'GET /user/orgs': myOrganizations,
    'GET /user/teams': (call) => {
      const user = actorWith(call);
      const teams = organizationsOf(call.state, user).flatMap((organization) =>
        organization.teams.filter((team) => team.members.has(user.id)).map((team) => ({ organization, team })),
      );
      return page(call, teams, ({ team, organization }) => ({
        ...teamView(call, organization, team),
        ...{ members_count: team.members.size, repos_count: team.repositories.size },
        ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
        organization: fullOrganization(call.state, organization, true),
      }));
    },
    'GET /user/memberships/orgs': (call) => {
      const user = actorWith(call);
      return page(call, organizationsOf(call.state, user), (organization) => membershipView(call, organization, user));
    },
    'GET /user/followers': (call) => page(call, followersOf(call, actorOf(call)), simple(call)),
    'GET /user/following': (call) => page(call, followingOf(call, actorOf(call)), simple(call)),
    'PUT /user/following/{username}': (call) => {
      actorWith(call).following.add(accountOf(call, 'username').id);
      return noContent();
    },
    'DELETE /user/following/{username}': (call) => {
      actorWith(call).following.delete(accountOf(call, 'username').id);
      return noContent();
    },
    'GET /users': (call) => {
      const since = Number(call.query.since ?? 0);
      return page(
        call,
        everyone(call).filter(({ id }) => id > since),
        simple(call),
      );
    },
    'GET /users/{username}': (call) => {
      const account = accountOf(call, 'username');
      return ok(publicUser(call.state, account), { lastModified: account.updatedAt });
    },
    'GET /users/{username}/orgs': (call) =>
      page(call, publicOrganizations(call, accountOf(call, 'username')), (organization) =>
        simpleOrganization(call.state, organization),
      ),
    'GET /users/{username}/followers': (call) =>
      page(call, followersOf(call, accountOf(call, 'username')), simple(call)),
    'GET /users/{username}/following': (call) =>
      page(call, followingOf(call, accountOf(call, 'username')), simple(call)),
    'GET /orgs/{org}': (call) => {
      const organization = accountOf(call, 'org', 'Organization');
      return ok(fullOrganization(call.state, organization, isMember(call, organization)));
    },
    'GET /orgs/{org}/members': members,
    'GET /orgs/{org}/members/{username}': (call) => {
      memberOf(call, accountOf(call, 'org', 'Organization'));
      return noContent();
    },
    'GET /orgs/{org}/memberships/{username}': (call) => {
      const organization = accountOf(call, 'org', 'Organization');
      actorWith(call);
      return ok(membershipView(call, organization, memberOf(call, organization)));
    },
    'GET /orgs/{org}/teams': (call) => {
      const organization = accountOf(call, 'org', 'Organization');
      if (!isMember(call, organization)) throw notFound();
      return page(call, organization.teams, (team) => teamView(call, organization, team));
    },
  },
};

function teamView(call: Call, organization: Account, team: Account['teams'][number]) {
  const url = `${call.state.urls.api}/organizations/${organization.id}/team/${team.id}`;
  return {
    ...{ id: team.id, node_id: `T_${team.id}`, name: team.name, slug: team.slug, description: null, privacy: 'closed' },
    ...{ notification_setting: 'notifications_enabled', permission: 'pull', parent: null, url },
    html_url: `${call.state.urls.html}/orgs/${organization.login}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
  };
}
