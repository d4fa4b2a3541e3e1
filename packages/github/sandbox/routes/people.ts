import { actorWith, admitted, canSee, repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import { type Account, accountByEmail, findAccount } from '../model/accounts.ts';
import { log } from '../model/history.ts';
import { findCommit } from '../model/refs.ts';
import { atLeast, fullName, type Repository, type Role, roleOf, roles, stargazersOf } from '../model/repository.ts';
import { iso } from '../model/state.ts';
import { invalid, notFound } from '../refusal.ts';
import { created, noContent, ok, type Reply } from '../reply.ts';
import { simpleUser } from '../views/account.ts';
import { repositoryHtml, repositoryUrl, repositoryView, shortRepository } from '../views/repository.ts';

const permissionsOf = (role: Role | undefined) => ({
  pull: atLeast(role, 'read'),
  triage: atLeast(role, 'triage'),
  push: atLeast(role, 'write'),
  maintain: atLeast(role, 'maintain'),
  admin: atLeast(role, 'admin'),
});

const collaboratorView = (call: Call, account: Account, role: Role) => ({
  ...simpleUser(call.state, account),
  permissions: permissionsOf(role),
  role_name: role,
});

/** The API's older words for roles. */
const toRole: Readonly<Record<string, Role>> = { pull: 'read', push: 'write' };

/** Everyone with a role that is not only that of the public. */
function collaboratorsOf(call: Call, repository: Repository): { account: Account; role: Role }[] {
  return [...call.state.accounts.values()]
    .filter(({ type }) => type !== 'Organization')
    .flatMap((account) => {
      const role = roleOf(call.state, { ...repository, visibility: 'private' }, account);
      return role ? [{ account, role }] : [];
    });
}

function collaborators(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write', evenArchived: true });
  const affiliation = text(call, 'affiliation') ?? 'all';
  const wanted = text(call, 'permission');
  const found = collaboratorsOf(call, repository).filter(({ account, role }) => {
    if (wanted !== undefined && role !== (toRole[wanted] ?? wanted)) return false;
    if (affiliation === 'direct') return repository.collaborators.has(account.id) || repository.owner === account;
    return affiliation !== 'outside' || !repository.owner.members.has(account.id);
  });
  return page(call, found, ({ account, role }) => collaboratorView(call, account, role));
}

function permission(call: Call): Reply {
  const repository = repositoryOf(call);
  const account = findAccount(call.state, param(call, 'username'));
  if (!account) throw notFound(`${param(call, 'username')} is not a user`);
  const role = roleOf(call.state, repository, account);
  // The older field knows four words only.
  const coarse = { triage: 'read', maintain: 'write', read: 'read', write: 'write', admin: 'admin' } as const;
  return ok({
    permission: role ? coarse[role] : 'none',
    role_name: role ?? 'none',
    user: role ? collaboratorView(call, account, role) : null,
  });
}

/** Members are added at once, others get an invitation; the sandbox takes it for them. */
function addCollaborator(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'admin' });
  const account = findAccount(call.state, param(call, 'username'));
  if (!account) throw notFound();
  const { permission = 'push' } = bodyOf<{ permission?: string }>(call);
  const role = toRole[permission] ?? permission;
  if (!roles.includes(role as Role)) throw invalid({ resource: 'Repository', field: 'permission', code: 'invalid' });
  const isKnown = repository.collaborators.has(account.id) || repository.owner.members.has(account.id);
  repository.collaborators.set(account.id, role as Role);
  if (isKnown) return noContent();
  const id = call.state.nextId();
  return created({
    ...{ id, node_id: `RI_${id}`, permissions: role, expired: false, created_at: iso(call.state.now()) },
    repository: shortRepository(call.state, repository),
    invitee: simpleUser(call.state, account),
    inviter: simpleUser(call.state, actorOf(call)),
    url: `${repositoryUrl(call.state, repository)}/invitations/${id}`,
    html_url: `${repositoryHtml(call.state, repository)}/invitations`,
  });
}

function contributors(call: Call): Reply {
  const repository = repositoryOf(call);
  const head = findCommit(repository, 'HEAD');
  if (!head) return noContent();
  const counts = new Map<string, { name: string; contributions: number }>();
  for (const { commit } of log(repository.objects, head.sha)) {
    const { email, name } = commit.author;
    counts.set(email, { name, contributions: (counts.get(email)?.contributions ?? 0) + 1 });
  }
  const found = [...counts]
    .map(([email, count]) => ({ email, ...count, account: accountByEmail(call.state, email) }))
    .filter(({ account }) => account || ['1', 'true'].includes(text(call, 'anon') ?? ''))
    .sort((a, b) => b.contributions - a.contributions);
  return page(call, found, ({ email, name, contributions, account }) =>
    account ? { ...simpleUser(call.state, account), contributions } : { email, name, type: 'Anonymous', contributions },
  );
}

const starView = (call: Call, at: number | undefined, rest: object) =>
  call.media === 'star' ? { starred_at: iso(at ?? 0), ...rest } : undefined;

function starredBy(call: Call, user: Account): Reply {
  const found = [...user.starred].flatMap(([id, at]) => {
    const repository = call.state.repositories.get(id);
    return repository && canSee(call, repository) ? [{ repository, at }] : [];
  });
  return page(call, found.reverse(), ({ repository, at }) => {
    const view = repositoryView(call.state, repository, call.user);
    return starView(call, at, { repo: view }) ?? view;
  });
}

/** Old names count too: a star leads to where the repository is now, without a redirect. */
function named(call: Call): Repository {
  const name = `${param(call, 'owner')}/${param(call, 'repo')}`;
  const moved = call.state.repositories.get(call.state.renamed.get(name.toLowerCase()) ?? 0);
  return admitted(call, moved ? fullName(moved) : name, { evenArchived: true });
}

export const people: Area = {
  name: 'people',
  routes: {
    'GET /repos/{owner}/{repo}/collaborators': collaborators,
    'GET /repos/{owner}/{repo}/collaborators/{username}': (call) => {
      const repository = repositoryOf(call);
      const login = param(call, 'username').toLowerCase();
      if (!collaboratorsOf(call, repository).some(({ account }) => account.login.toLowerCase() === login))
        throw notFound();
      return noContent();
    },
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission': permission,
    'PUT /repos/{owner}/{repo}/collaborators/{username}': addCollaborator,
    'DELETE /repos/{owner}/{repo}/collaborators/{username}': (call) => {
      const repository = repositoryOf(call, { role: 'admin' });
      repository.collaborators.delete(findAccount(call.state, param(call, 'username'))?.id ?? 0);
      return noContent();
    },
    'GET /repos/{owner}/{repo}/contributors': contributors,
    'GET /repos/{owner}/{repo}/stargazers': (call) => {
      const repository = repositoryOf(call);
      return page(call, stargazersOf(call.state, repository), (account) => {
        const user = simpleUser(call.state, account);
        return starView(call, account.starred.get(repository.id), { user }) ?? user;
      });
    },
    'GET /user/starred': (call) => starredBy(call, actorOf(call)),
    'GET /users/{username}/starred': (call) => {
      const user = findAccount(call.state, param(call, 'username'));
      if (!user) throw notFound();
      return starredBy(call, user);
    },
    'GET /user/starred/{owner}/{repo}': (call) => {
      if (!actorOf(call).starred.has(named(call).id)) throw notFound();
      return noContent();
    },
    'PUT /user/starred/{owner}/{repo}': (call) => {
      const repository = named(call);
      actorWith(call).starred.set(repository.id, call.state.now());
      return noContent();
    },
    'DELETE /user/starred/{owner}/{repo}': (call) => {
      const repository = named(call);
      actorWith(call).starred.delete(repository.id);
      return noContent();
    },
  },
};
