import path from 'node:path';
import type { Area, Call } from '../call.ts';
import { findAccount, noreplyOf } from '../model/accounts.ts';
import { isBinary } from '../model/changes.ts';
import { type LogEntry, log } from '../model/history.ts';
import { languageOf } from '../model/languages.ts';
import type { Person } from '../model/objects.ts';
import { branchRef, findCommit } from '../model/refs.ts';
import type { Repository } from '../model/repository.ts';
import { filesOf } from '../model/trees.ts';
import { invalid, Refusal } from '../refusal.ts';
import type { Reply } from '../reply.ts';
import { checks, isEqual, matchesTerms, type SearchQuery, valuesOf } from '../search/query.ts';
import { inRange } from '../search/range.ts';
import { found, ordered, queryOf, repositoriesOf, textMatches } from '../search/scope.ts';
import { contentEntry } from '../views/content.ts';
import { commitView } from '../views/git.ts';
import { repositoryUrl, shortRepository } from '../views/repository.ts';

interface CodeHit {
  readonly repository: Repository;
  readonly path: string;
  readonly sha: string;
  readonly tree: string;
  readonly head: string;
  readonly text: string;
}

/** GitHub indexes default branches only, and files below 384 KB. */
const indexedBytes = 384 * 1024;

function* indexed(repositories: readonly Repository[]): Generator<CodeHit> {
  for (const repository of repositories) {
    const head = repository.refs.get(branchRef(repository.defaultBranch));
    if (head === undefined) continue;
    const { tree } = repository.objects.read('commit', head);
    for (const [file, { sha, mode }] of filesOf(repository.objects, tree)) {
      if (!mode.startsWith('100')) continue;
      const { data } = repository.objects.read('blob', sha);
      if (data.length >= indexedBytes) continue;
      yield { repository, path: file, sha, tree, head, text: isBinary(data) ? '' : data.toString('utf8') };
    }
  }
}

function searchCode(call: Call): Reply {
  if (!call.user) throw new Refusal(401, 'Requires authentication');
  const query = queryOf(call);
  const hasTerm =
    query.terms.some(({ negated }) => !negated) ||
    ['filename', 'path', 'extension', 'language'].some((key) => valuesOf(query, key).length > 0);
  if (!hasTerm)
    throw invalid({
      resource: 'Search',
      field: 'q',
      code: 'invalid',
      message: 'Must include at least one search term.',
    });
  const where = valuesOf(query, 'in').flatMap((value) => value.split(','));
  const forks = valuesOf(query, 'fork')[0];
  const repositories = repositoriesOf(call, query).filter(
    ({ parent }) => !parent || forks === 'true' || forks === 'only',
  );
  const hits = [...indexed(repositories)].filter((hit) => {
    const searched = [
      ...(where.length === 0 || where.includes('file') ? [hit.text] : []),
      ...(where.length === 0 || where.includes('path') ? [hit.path] : []),
    ];
    return (
      matchesTerms(query, searched.join('\n')) &&
      checks(query, {
        path: (value) =>
          value === '/'
            ? !hit.path.includes('/')
            : hit.path.toLowerCase().includes(value.replace(/^\//, '').toLowerCase()),
        filename: (value) => path.basename(hit.path).toLowerCase().includes(value.toLowerCase()),
        extension: (value) => isEqual(path.extname(hit.path).slice(1), value.replace(/^\./, '')),
        language: (value) => isEqual(languageOf(hit.path), value),
        size: (value) => inRange(value, Buffer.byteLength(hit.text)),
        is: (value) => !['public', 'private'].includes(value) || hit.repository.visibility === value,
      })
    );
  });
  return found(call, hits, (hit) => codeView(call, query, hit));
}

function codeView(call: Call, query: SearchQuery, hit: CodeHit) {
  const entry = { mode: '100644', sha: hit.sha } as const;
  const { name, url, git_url, html_url } = contentEntry(call.state, { ...hit, ref: hit.head, entry });
  const repository = shortRepository(call.state, hit.repository);
  const matches = textMatches(query, { url, type: 'FileContent', property: 'content', text: hit.text });
  const text_matches = call.media === 'text-match' ? { text_matches: matches } : {};
  return { name, path: hit.path, sha: hit.sha, url, git_url, html_url, repository, score: 1, ...text_matches };
}

function searchCommits(call: Call): Reply {
  const { state } = call;
  const query = queryOf(call);
  const all = repositoriesOf(call, query).flatMap((repository) => {
    const head = findCommit(repository, 'HEAD');
    return head ? [...log(repository.objects, head.sha)].map((entry) => ({ repository, ...entry })) : [];
  });
  const isBy = (person: Person, login: string) => {
    const account = login === '@me' ? call.user : findAccount(state, login);
    return account !== undefined && noreplyOf(account) === person.email;
  };
  const has = (value: string, part: string) => value.toLowerCase().includes(part.toLowerCase());
  const hits = all.filter(
    ({ commit, sha, repository }) =>
      matchesTerms(query, commit.message) &&
      checks(query, {
        author: (value) => isBy(commit.author, value),
        committer: (value) => isBy(commit.committer, value),
        'author-name': (value) => has(commit.author.name, value),
        'committer-name': (value) => has(commit.committer.name, value),
        'author-email': (value) => isEqual(commit.author.email, value),
        'committer-email': (value) => isEqual(commit.committer.email, value),
        'author-date': (value) => inRange(value, commit.author.date, 'time'),
        'committer-date': (value) => inRange(value, commit.committer.date, 'time'),
        merge: (value) => String(commit.parents.length > 1) === value,
        hash: (value) => sha.startsWith(value),
        parent: (value) => commit.parents.includes(value),
        tree: (value) => commit.tree === value,
        is: (value) => repository.visibility === value,
      }),
  );
  const sorted = ordered<LogEntry & { repository: Repository }>(call, hits, {
    'author-date': ({ commit }) => commit.author.date,
    'committer-date': ({ commit }) => commit.committer.date,
  });
  return found(call, sorted, ({ repository, ...entry }) => ({
    ...commitView(state, repository, entry),
    repository: shortRepository(state, repository),
    score: 1,
    ...(call.media === 'text-match' && {
      text_matches: textMatches(query, {
        url: `${repositoryUrl(state, repository)}/commits/${entry.sha}`,
        ...{ type: 'Commit', property: 'message', text: entry.commit.message },
      }),
    }),
  }));
}

export const codeSearch: Area = {
  name: 'code search',
  routes: {
    'GET /search/code': searchCode,
    'GET /search/commits': searchCommits,
  },
};
