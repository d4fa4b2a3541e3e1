import { AuthError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RestParameters, Route } from '../client/index.ts';

const repository = '/repos/{owner}/{repo}';

/** What writes are about, by the beginning of their path, the longest first; and where it is read, when that is elsewhere. */
const targets: readonly (readonly [path: string, read?: string])[] = [
  [`${repository}/pulls/{pull_number}/comments/{comment_id}`, `${repository}/pulls/comments/{comment_id}`],
  [`${repository}/pulls/{pull_number}/reviews/{review_id}`],
  [`${repository}/pulls/comments/{comment_id}`],
  [`${repository}/issues/comments/{comment_id}`],
  [`${repository}/comments/{comment_id}`],
  [`${repository}/pulls/{pull_number}`],
  [`${repository}/issues/{issue_number}`],
  [`${repository}/actions/runs/{run_id}`],
  [repository],
  ['/user/starred/{owner}/{repo}', repository],
  ['/gists/{gist_id}/comments/{comment_id}'],
  ['/gists/{gist_id}'],
  ['/notifications/threads/{thread_id}'],
];

type Fields = Readonly<Record<string, unknown>>;

/** What a dry run has seen to be there; it reads the target of a write that it has not seen. */
export interface Seen {
  /** What was read. */
  add(route: string, parameters: Fields): void;
  /** Throws NotFoundError where the target of a write is not there. */
  check(route: string, parameters: Fields, call: GitHubCall): Promise<void>;
}

export function seenBy(github: GitHub): Seen {
  const seen = new Set<string>();
  const add = (route: string, parameters: Fields) => void seen.add(toPath(pathOf(route), parameters));
  return {
    add,
    async check(route, parameters, { signal }) {
      const read = targetOf(pathOf(route), parameters);
      if (read === undefined) return;
      const path = toPath(read, parameters);
      if ([...seen].some((one) => one === path || one.startsWith(`${path}/`))) return;
      const get = `GET ${read}` as Route;
      const named = keysOf(read).map((key) => [key, parameters[key]]);
      try {
        await github.rest(get, Object.fromEntries(named) as RestParameters<Route>, { signal });
      } catch (error) {
        // Who may write somewhere need not be allowed to read it.
        if (!(error instanceof AuthError)) throw error;
      }
      add(get, parameters);
    },
  };
}

const pathOf = (route: string): string => route.slice(route.indexOf(' ') + 1);
const keysOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key ?? '');
const toPath = (path: string, parameters: Fields): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, key: string) => String(parameters[key]).toLowerCase());

/** Where it is read; the nearest that is there already, when the write is about something that the plan makes. */
const targetOf = (path: string, parameters: Fields): string | undefined =>
  targets
    .filter(([target]) => path === target || path.startsWith(`${target}/`))
    .map(([target, read = target]) => read)
    .find((read) => keysOf(read).every((key) => isKnown(parameters[key])));

/** A plan calls what it does not know 0 or a name in angle brackets. */
const isKnown = (value: unknown): boolean => value !== undefined && value !== 0 && !String(value).startsWith('<');
