import type { Account } from './accounts.ts';
import { type Issue, issuesOf, record } from './issue.ts';
import { withoutCode } from './mentions.ts';
import { findRepository, type Repository } from './repository.ts';
import type { State } from './state.ts';

const short = /(?<![\w/&#])(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/g;
const address = /https?:\/\/[^\s/]+\/([\w.-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)/g;
const closing =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+(?:https?:\/\/[^\s/]+\/)?(?:([\w.-]+\/[\w.-]+)(?:\/issues\/|#)|#)(\d+)\b/gi;

function named(state: State, repository: Repository, matches: Iterable<RegExpExecArray>): Issue[] {
  const found = new Set<Issue>();
  for (const [, name, number] of matches) {
    const target = name === undefined ? repository : findRepository(state, name);
    const issue = target && issuesOf(target).get(Number(number));
    if (issue) found.add(issue);
  }
  return [...found];
}

/** Issues that a text of the repository names: #1, owner/name#1, addresses. */
export function referencesIn(state: State, repository: Repository, text: string): Issue[] {
  const plain = withoutCode(text);
  return named(state, repository, [...plain.matchAll(short), ...plain.matchAll(address)]);
}

/** Issues (no pull requests) that a text on the default branch closes: "fixes #1". */
export const closedBy = (state: State, repository: Repository, text: string): Issue[] =>
  named(state, repository, withoutCode(text).matchAll(closing)).filter((issue) => issue.pull === undefined);

/** Issues that merging a pull request will close. */
export const closingReferences = (state: State, pull: Issue): Issue[] =>
  closedBy(state, pull.repository, pull.body ?? '');

/** Notes in the timelines of the issues that a new text names that it does; who cannot see its repository is not shown. */
export function crossReference(state: State, from: Issue, { text, actor }: { text: string; actor: Account }): void {
  for (const target of referencesIn(state, from.repository, text)) {
    if (target === from || target.events.some((event) => event.event === 'cross-referenced' && event.other === from)) {
      continue;
    }
    record(state, target, { event: 'cross-referenced', actor, other: from });
  }
}
