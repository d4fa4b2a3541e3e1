import type { RestData } from '../../client/index.ts';
import { telling } from '../given.ts';

type Commit = RestData<'GET /repos/{owner}/{repo}/commits/{ref}'>;
type File = NonNullable<Commit['files']>[number];

export const authorOf = ({ author, commit }: Pick<Commit, 'author' | 'commit'>): string =>
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

export function toFileRow(file: File): Record<string, unknown> {
  return {
    path: file.filename,
    ...(file.status !== 'modified' && { status: file.status }),
    ...(file.previous_filename !== undefined && { previous: file.previous_filename }),
    additions: file.additions,
    deletions: file.deletions,
  };
}
