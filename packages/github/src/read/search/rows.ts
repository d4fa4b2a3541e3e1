import type { RestData } from '../../client/index.ts';
import { telling } from '../given.ts';
import { loginOf } from '../untrusted.ts';

type Item<R extends 'repositories' | 'code' | 'issues' | 'commits' | 'users'> =
  RestData<`GET /search/${R}`>['items'][number];

export function toRepositoryRow(item: Item<'repositories'>): Record<string, unknown> {
  return telling({
    repo: item.full_name,
    description: item.description,
    language: item.language,
    stars: item.stargazers_count,
    forks: item.forks_count,
    open_issues: item.open_issues_count,
    topics: item.topics,
    license: item.license?.spdx_id,
    private: item.private,
    archived: item.archived,
    fork: item.fork,
    pushed_at: item.pushed_at,
  });
}

/** With the lines that match, as far as GitHub shows them; it does not say their numbers. */
export function toCodeRow(item: Item<'code'>): Record<string, unknown> {
  const matches = (item.text_matches ?? []).flatMap(({ property, fragment, matches = [] }) =>
    property === 'content' && fragment
      ? matchingLines(
          fragment,
          matches.flatMap(({ indices }) => (indices ? [indices] : [])),
        )
      : [],
  );
  return telling({ repo: item.repository.full_name, path: item.path, sha: item.sha, lines: [...new Set(matches)] });
}

const longestLine = 300;
const mostLines = 8;

/** The lines of a fragment that a match touches; all of it when none is given. */
export function matchingLines(fragment: string, matches: readonly (readonly number[])[]): string[] {
  const found: string[] = [];
  let start = 0;
  for (const line of fragment.split('\n')) {
    const end = start + line.length;
    const touched = matches.length === 0 || matches.some(([from = 0, to = 0]) => from <= end && to > start);
    if (touched && line.trim() !== '') found.push(line.length > longestLine ? `${line.slice(0, longestLine)}…` : line);
    start = end + 1;
  }
  return found.slice(0, mostLines);
}

export function toThreadRow(item: Item<'issues'>): Record<string, unknown> {
  const merged = item.pull_request?.merged_at;
  return telling({
    repo: item.repository_url.split('/').slice(-2).join('/'),
    number: item.number,
    title: item.title,
    state: merged ? 'merged' : item.state,
    reason: item.state_reason,
    draft: item.draft,
    author: loginOf(item.user),
    assignees: item.assignees?.map(({ login }) => login),
    labels: item.labels.map(({ name }) => name),
    milestone: item.milestone?.title,
    comments: item.comments,
    created_at: item.created_at,
    updated_at: item.updated_at,
  });
}

export function toCommitRow(item: Item<'commits'>): Record<string, unknown> {
  return telling({
    repo: item.repository.full_name,
    sha: item.sha,
    title: item.commit.message.split('\n')[0],
    author: item.author && 'login' in item.author ? item.author.login : item.commit.author.name,
    date: item.commit.author.date,
  });
}

export const toAccountRow = (item: Item<'users'>): Record<string, unknown> =>
  telling({ login: item.login, name: item.name, type: item.type, url: item.html_url, bio: item.bio });
