import { Refusal } from '../refusal.ts';
import type { RefAttempt } from './protection.ts';
import { atLeast, type Repository, roleOf } from './repository.ts';
import type { State } from './state.ts';

export interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface Ruleset {
  readonly id: number;
  name: string;
  target: 'branch' | 'tag' | 'push';
  enforcement: 'active' | 'disabled' | 'evaluate';
  conditions: { readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] } };
  rules: readonly Rule[];
  bypassActors: readonly Readonly<Record<string, unknown>>[];
  readonly createdAt: number;
  updatedAt: number;
}

/** Active rules for a ref, each with the ruleset it comes from. */
export function rulesFor(repository: Repository, ref: string): { rule: Rule; ruleset: Ruleset }[] {
  return repository.rulesets
    .filter((ruleset) => ruleset.enforcement === 'active' && covers(repository, ruleset, ref))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })));
}

function covers(repository: Repository, ruleset: Ruleset, ref: string): boolean {
  if (!ref.startsWith(ruleset.target === 'tag' ? 'refs/tags/' : 'refs/heads/')) return false;
  const { include = [], exclude = [] } = ruleset.conditions.ref_name ?? {};
  const matches = (pattern: string) =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' && ref === `refs/heads/${repository.defaultBranch}`) ||
    globToRegex(pattern).test(ref);
  return include.some(matches) && !exclude.some(matches);
}

/** File name patterns as Ruby's fnmatch has them: `*` stays within a segment, `**` crosses them. */
export function globToRegex(pattern: string): RegExp {
  const source = pattern
    .split(/(\*\*\/?|\*|\?)/)
    .map((part) => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      return part === '?' ? '[^/]' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}

const messages: Readonly<Record<string, string>> = {
  creation: 'Cannot create ref due to creations being restricted.',
  update: 'Cannot update this protected ref.',
  deletion: 'Cannot delete this protected ref.',
  non_fast_forward: 'Cannot force-push to this branch.',
  pull_request: 'Changes must be made through a pull request.',
  required_status_checks: 'Required status checks are expected.',
  required_signatures: 'Commits must have verified signatures.',
};

/** Refuses what active rulesets forbid. Throws Refusal with every broken rule. */
export function refuseByRules(state: State, repository: Repository, attempt: RefAttempt & { before?: string }): void {
  const isCreation = attempt.before === undefined;
  const broken = rulesFor(repository, attempt.ref)
    .filter(({ ruleset }) => !mayBypass(state, repository, { ruleset, attempt }))
    .map(({ rule }) => rule.type)
    .filter((type) => {
      if (type === 'creation') return isCreation;
      if (type === 'deletion') return attempt.isDeletion;
      if (type === 'non_fast_forward') return attempt.isForced;
      if (attempt.isDeletion || attempt.viaPull) return false;
      if (type === 'update') return !isCreation;
      return (type === 'pull_request' || type === 'required_status_checks') && !isCreation;
    });
  if (broken.length === 0) return;
  const reasons = [...new Set(broken)].map((type) => messages[type] ?? type);
  throw new Refusal(422, `Repository rule violations found\n\n${reasons.join('\n\n')}\n\n`, {
    extra: { documentation_url: 'https://docs.github.com/rest/git/refs' },
  });
}

function mayBypass(state: State, repository: Repository, on: { ruleset: Ruleset; attempt: RefAttempt }): boolean {
  const role = roleOf(state, repository, on.attempt.actor);
  // Role 5 is "repository admin".
  return on.ruleset.bypassActors.some(
    (actor) =>
      (actor.actor_type === 'RepositoryRole' && actor.actor_id === 5 && atLeast(role, 'admin')) ||
      (actor.actor_type === 'OrganizationAdmin' && repository.owner.members.get(on.attempt.actor?.id ?? 0) === 'admin'),
  );
}
