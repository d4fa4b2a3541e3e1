import type { Area, Call } from '../call.ts';
import type { Account } from '../model/accounts.ts';
import { languagesOf } from '../model/languages.ts';
import { licenseOf } from '../model/licenses.ts';
import { findCommit } from '../model/refs.ts';
import { forksOf, fullName, type Repository, stargazersOf } from '../model/repository.ts';
import type { Reply } from '../reply.ts';
import { checks, isEqual, matchesTerms, valuesOf } from '../search/query.ts';
import { inRange } from '../search/range.ts';
import { found, ordered, queryOf, repositoriesOf } from '../search/scope.ts';
import { simpleUser } from '../views/account.ts';
import { repositoryView } from '../views/repository.ts';

function searchRepositories(call: Call): Reply {
  const { state } = call;
  const query = queryOf(call);
  const fields = valuesOf(query, 'in').flatMap((value) => value.split(','));
  const forks = valuesOf(query, 'fork')[0];
  const stars = (repository: Repository) => stargazersOf(state, repository).length;
  const hits = repositoriesOf(call, query).filter((repository) => {
    if ((forks ?? 'false') === 'false' && repository.parent) return false;
    if (forks === 'only' && !repository.parent) return false;
    const texts: Readonly<Record<string, string>> = {
      name: `${repository.name} ${fullName(repository)}`,
      description: repository.description ?? '',
      topics: repository.topics.join(' '),
      readme: readmeOf(repository),
    };
    const searched = fields.length > 0 ? fields : ['name', 'description', 'topics'];
    return (
      matchesTerms(query, searched.map((field) => texts[field] ?? '').join('\n')) &&
      checks(query, {
        language: (value) => isEqual(Object.keys(languagesOf(repository))[0], value),
        topic: (value) => repository.topics.includes(value),
        topics: (value) => inRange(value, repository.topics.length),
        stars: (value) => inRange(value, stars(repository)),
        forks: (value) => inRange(value, forksOf(state, repository).length),
        size: (value) => inRange(value, 1),
        created: (value) => inRange(value, repository.createdAt, 'time'),
        pushed: (value) => inRange(value, repository.pushedAt, 'time'),
        archived: (value) => String(repository.archived) === value,
        template: (value) => String(repository.isTemplate) === value,
        license: (value) => isEqual(licenseOf(repository)?.license.key, value),
        is: (value) => (value === 'archived' ? repository.archived : repository.visibility === value),
        visibility: (value) => repository.visibility === value,
      })
    );
  });
  const sorted = ordered(call, hits, {
    stars,
    forks: (repository) => forksOf(state, repository).length,
    updated: (repository) => repository.updatedAt,
    'help-wanted-issues': () => 0,
  });
  return found(call, sorted, (repository) => ({ ...repositoryView(state, repository, call.user), score: 1 }));
}

function readmeOf(repository: Repository): string {
  const head = findCommit(repository, 'HEAD');
  const entries = head ? repository.objects.read('tree', head.commit.tree).entries : [];
  const readme = entries.find(({ name }) => /^readme/i.test(name));
  return (readme && repository.objects.find('blob', readme.sha)?.data.toString('utf8')) ?? '';
}

function searchUsers(call: Call): Reply {
  const { state } = call;
  const query = queryOf(call);
  const owned = (account: Account) =>
    [...state.repositories.values()].filter(({ owner, visibility }) => owner === account && visibility === 'public');
  const followers = (account: Account) =>
    [...state.accounts.values()].filter(({ following }) => following.has(account.id)).length;
  const fields = valuesOf(query, 'in').flatMap((value) => value.split(','));
  const hits = [...state.accounts.values()].filter((account) => {
    const texts: Readonly<Record<string, string | null>> = {
      login: account.login,
      name: account.name,
      email: account.email,
    };
    const searched = fields.length > 0 ? fields : Object.keys(texts);
    return (
      matchesTerms(query, searched.map((field) => texts[field] ?? '').join('\n')) &&
      checks(query, {
        type: (value) => (value.startsWith('org') ? account.type === 'Organization' : account.type === 'User'),
        user: (value) => isEqual(account.login, value),
        org: (value) => account.type === 'Organization' && isEqual(account.login, value),
        repos: (value) => inRange(value, owned(account).length),
        followers: (value) => inRange(value, followers(account)),
        location: (value) => (account.location ?? '').toLowerCase().includes(value.toLowerCase()),
        created: (value) => inRange(value, account.createdAt, 'time'),
        language: (value) => owned(account).some((entry) => isEqual(Object.keys(languagesOf(entry))[0], value)),
      })
    );
  });
  const sorted = ordered(call, hits, {
    followers,
    repositories: (account) => owned(account).length,
    joined: (account) => account.createdAt,
  });
  return found(call, sorted, (account) => ({ ...simpleUser(state, account), score: 1 }));
}

export const search: Area = {
  name: 'search',
  routes: {
    'GET /search/repositories': searchRepositories,
    'GET /search/users': searchUsers,
    'GET /search/topics': (call) => {
      const query = queryOf(call);
      const names = new Set([...call.state.repositories.values()].flatMap(({ topics }) => topics));
      const hits = [...names].filter((name) => matchesTerms(query, name));
      return found(call, hits, (name) => ({
        ...{ name, display_name: name, short_description: null, description: null, created_by: null, released: null },
        ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', featured: false, curated: false },
        score: 1,
      }));
    },
  },
};
