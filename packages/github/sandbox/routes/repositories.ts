import { accountOf, actorWith, canSee, isHiddenBySaml, partialHeader, refuseSaml, repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, text } from '../call.ts';
import { type Account, findAccount } from '../model/accounts.ts';
import { commitFiles } from '../model/commits.ts';
import { addRepository, forksOf, fullName, type Repository, roleOf } from '../model/repository.ts';
import { fork, newName, rename, settingsOf, updateSettings } from '../model/settings.ts';
import { forbidden, invalid, notFound } from '../refusal.ts';
import { accepted, created, noContent, ok, type Reply } from '../reply.ts';
import { fullRepository, repositoryUrl, repositoryView } from '../views/repository.ts';

const visible = (call: Call): Repository[] =>
  [...call.state.repositories.values()].filter((repository) => canSee(call, repository));

const isPublic = (repository: Repository) => repository.visibility === 'public';

const keys: Readonly<Record<string, (repository: Repository) => number | string>> = {
  created: (repository) => repository.createdAt,
  updated: (repository) => repository.updatedAt,
  pushed: (repository) => repository.pushedAt,
  full_name: (repository) => fullName(repository).toLowerCase(),
};

function sorted(call: Call, repositories: readonly Repository[], otherwise: string): Repository[] {
  const sort = text(call, 'sort') ?? otherwise;
  const key = keys[sort] ?? ((repository: Repository) => repository.id);
  const direction = text(call, 'direction') ?? (sort === 'full_name' ? 'asc' : 'desc');
  const sign = direction === 'asc' ? 1 : -1;
  return repositories.toSorted((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id));
}

const listed = (call: Call, repositories: readonly Repository[], otherwise: string): Reply =>
  page(call, sorted(call, repositories, otherwise), (repository) => repositoryView(call.state, repository, call.user));

function mine(call: Call): Reply {
  const user = actorOf(call);
  const isOne = (value: string | undefined) => value !== undefined && value !== 'all';
  if (isOne(text(call, 'type')) && (call.query.visibility !== undefined || call.query.affiliation !== undefined)) {
    throw invalid('If you specify visibility or affiliation, you cannot specify type.');
  }
  const affiliations = (text(call, 'affiliation') ?? 'owner,collaborator,organization_member').split(',');
  const isAffiliated = ({ owner, collaborators }: Repository) =>
    (affiliations.includes('owner') && owner === user) ||
    (affiliations.includes('collaborator') && collaborators.has(user.id)) ||
    (affiliations.includes('organization_member') && owner.members.has(user.id));
  const asked = [text(call, 'visibility'), text(call, 'type')];
  const all = visible(call).filter((repository) => {
    if (!isAffiliated(repository) || !roleOf(call.state, repository, user)) return false;
    if (asked.includes('public') && !isPublic(repository)) return false;
    if (asked.includes('private') && isPublic(repository)) return false;
    if (asked.includes('owner') && repository.owner !== user) return false;
    return !asked.includes('member') || repository.owner !== user;
  });
  const isHidden = ({ owner }: Repository) => isHiddenBySaml(call, owner);
  const [since, before] = ['since', 'before'].map((name) => Date.parse(text(call, name) ?? ''));
  const shown = all.filter(
    (repository) =>
      !isHidden(repository) &&
      !(repository.updatedAt < (since ?? Number.NaN)) &&
      !(repository.updatedAt > (before ?? Number.NaN)),
  );
  const reply = listed(call, shown, 'full_name');
  return { ...reply, headers: { ...reply.headers, ...partialHeader(call) } };
}

function ofUser(call: Call): Reply {
  const user = accountOf(call, 'username');
  const type = text(call, 'type') ?? 'owner';
  const found = visible(call).filter(({ owner, collaborators, visibility }) => {
    if (visibility !== 'public') return false;
    return (type !== 'member' && owner === user) || (type !== 'owner' && owner !== user && collaborators.has(user.id));
  });
  return listed(call, found, 'full_name');
}

function ofOrganization(call: Call): Reply {
  const organization = accountOf(call, 'org', 'Organization');
  refuseSaml(call, organization);
  const type = text(call, 'type') ?? 'all';
  const found = visible(call).filter((repository) => {
    if (repository.owner !== organization) return false;
    if (type === 'forks') return repository.parent !== undefined;
    if (type === 'sources') return repository.parent === undefined;
    if (type === 'public') return isPublic(repository);
    return type !== 'private' || !isPublic(repository);
  });
  return listed(call, found, 'created');
}

interface NewBody extends Record<string, unknown> {
  readonly name: string;
  readonly private?: boolean;
  readonly visibility?: Repository['visibility'];
  readonly auto_init?: boolean;
  readonly license_template?: string;
}

function create(call: Call, owner: Account): Reply {
  const body = bodyOf<NewBody>(call);
  const isClassicPublic = !body.private && body.visibility !== 'private';
  if (!isClassicPublic && call.token?.kind === 'classic' && !call.token.scopes.includes('repo')) throw notFound();
  const repository = addRepository(call.state, {
    ...settingsOf(body),
    owner,
    name: newName(call.state, owner, body.name),
    visibility: body.visibility ?? (body.private ? 'private' : 'public'),
  });
  if (body.auto_init || body.license_template) {
    const title = repository.description === null ? '' : `\n${repository.description}`;
    const files = {
      'README.md': `# ${repository.name}${title}`,
      ...(body.license_template === 'mit' && { LICENSE: 'MIT License\n' }),
    };
    commitFiles(call.state, repository, { message: 'Initial commit', files, author: actorOf(call) });
  }
  return created(fullRepository(call.state, repository, call.user), repositoryUrl(call.state, repository));
}

function createFork(call: Call): Reply {
  const source = repositoryOf(call, { evenArchived: true });
  const { organization, name, default_branch_only } = bodyOf<{
    organization?: string;
    name?: string;
    default_branch_only?: boolean;
  }>(call);
  const actor = actorOf(call);
  const owner = organization === undefined ? actor : findAccount(call.state, organization);
  if (!owner || (owner !== actor && !owner.members.has(actor.id))) throw notFound();
  if (!isPublic(source) && !source.allowForking) throw forbidden('The repository exists, but forking is disabled.');
  if (source.refs.size === 0)
    throw forbidden('The repository exists, but it contains no Git content. Empty repositories cannot be forked.');
  const made = fork(call.state, source, {
    owner,
    ...(name !== undefined && { name }),
    ...(default_branch_only !== undefined && { defaultBranchOnly: default_branch_only }),
  });
  return accepted(fullRepository(call.state, made, call.user));
}

function transfer(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'admin' });
  const { new_owner, new_name } = bodyOf<{ new_owner: string; new_name?: string }>(call);
  const owner = findAccount(call.state, new_owner);
  if (!owner) throw invalid({ resource: 'Repository', field: 'new_owner', code: 'invalid' });
  rename(call.state, repository, { owner, ...(new_name !== undefined && { name: new_name }) });
  return accepted(repositoryView(call.state, repository, call.user));
}

function update(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'admin', evenArchived: true });
  updateSettings(call.state, repository, bodyOf<Record<string, unknown>>(call));
  return ok(fullRepository(call.state, repository, call.user));
}

export const repositories: Area = {
  name: 'repositories',
  routes: {
    'GET /repos/{owner}/{repo}': (call) => {
      const repository = repositoryOf(call);
      return ok(fullRepository(call.state, repository, call.user), { lastModified: repository.updatedAt });
    },
    'PATCH /repos/{owner}/{repo}': update,
    'DELETE /repos/{owner}/{repo}': (call) => {
      const repository = repositoryOf(call, { role: 'admin', evenArchived: true });
      call.state.repositories.delete(repository.id);
      return noContent();
    },
    'GET /user/repos': mine,
    'GET /users/{username}/repos': ofUser,
    'GET /orgs/{org}/repos': ofOrganization,
    'GET /repositories': (call) => {
      const since = Number(call.query.since ?? 0);
      return page(
        call,
        visible(call).filter((entry) => isPublic(entry) && entry.id > since),
        (entry) => repositoryView(call.state, entry, call.user),
      );
    },
    'POST /user/repos': (call) => create(call, actorWith(call)),
    'POST /orgs/{org}/repos': (call) => {
      const organization = accountOf(call, 'org', 'Organization');
      refuseSaml(call, organization);
      if (!organization.members.has(actorWith(call).id)) {
        throw forbidden('You need admin access to the organization before adding a repository to it.');
      }
      return create(call, organization);
    },
    'GET /repos/{owner}/{repo}/forks': (call) => {
      const forks = forksOf(call.state, repositoryOf(call)).filter((entry) => canSee(call, entry));
      return page(call, forks.toReversed(), (entry) => repositoryView(call.state, entry, call.user));
    },
    'POST /repos/{owner}/{repo}/forks': createFork,
    'POST /repos/{owner}/{repo}/transfer': transfer,
  },
};
