import type { RestData } from '../../client/index.ts';
import { startWithin } from '../budget.ts';
import { telling } from '../given.ts';

type Commit = RestData<'GET /repos/{owner}/{repo}/commits/{ref}'>;

const authorOf = ({ author, commit }: Pick<Commit, 'author' | 'commit'>): string =>
  (author && 'login' in author ? author.login : undefined) ?? commit.author?.name ?? 'unknown';

export function toCommitRow(item: Pick<Commit, 'sha' | 'commit' | 'author' | 'parents'>): Record<string, unknown> {
  return telling({
    sha: item.sha,
    title: item.commit.message.split('\n', 1)[0],
    author: authorOf(item),
    date: item.commit.author?.date,
    merge: item.parents.length > 1,
  });
}

/** What a commit is, with its whole message where that fits. */
export function toCommitFacts(data: Commit, maxChars: number): Record<string, unknown> {
  return {
    ...{ sha: data.sha, author: authorOf(data), date: data.commit.author?.date },
    ...{ message: cutMessage(data.commit.message, maxChars), parents: data.parents.map(({ sha }) => sha) },
    ...(data.stats && { additions: data.stats.additions, deletions: data.stats.deletions }),
    ...(data.commit.verification && { signed: data.commit.verification.verified }),
  };
}

function cutMessage(message: string, maxChars: number): string {
  const start = startWithin(message, maxChars);
  return start.length < message.length ? `${start}\n(${message.length - start.length} more characters)` : message;
}
