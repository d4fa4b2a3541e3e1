import { admitted, canSee, repositoryOf, type Wanted } from '../access.ts';
import { actorOf, type Call, param } from '../call.ts';
import { type Account, findAccount } from '../model/accounts.ts';
import { deletedIssuesOf, findPull, type Issue, issueById, issuesOf, type PullRequest } from '../model/issue.ts';
import { findLabel, type Label } from '../model/labels.ts';
import { addLabel } from '../model/milestones.ts';
import { atLeast, fullName, type Repository, roleOf } from '../model/repository.ts';
import { forbidden, invalid, notFound, Refusal } from '../refusal.ts';

/** The issue (or pull request) of {issue_number}. Throws Refusal 404, 410. */
export function issueAt(call: Call, wanted?: Wanted): Issue {
  const repository = repositoryOf(call, wanted);
  const number = Number(param(call, 'issue_number'));
  const issue = issuesOf(repository).get(number);
  if (deletedIssuesOf(repository).has(number)) throw new Refusal(410, 'This issue was deleted');
  if (!issue) throw notFound();
  if (!issue.pull) refuseDisabled(repository);
  return issue;
}

export function pullAt(call: Call, wanted?: Wanted): PullRequest {
  const pull = findPull(repositoryOf(call, wanted), Number(param(call, 'pull_number')));
  if (!pull) throw notFound();
  return pull;
}

export function refuseDisabled(repository: Repository): void {
  if (!repository.hasIssues) throw new Refusal(410, 'Issues are disabled for this repo');
}

/** An issue by its id, in any repository that the caller sees. Throws Refusal 404. */
export function issueOfId(call: Call, id: number): Issue {
  const issue = issueById(call.state, id);
  if (!issue || !canSee(call, issue.repository)) throw notFound('The provided issue does not exist');
  admitted(call, fullName(issue.repository));
  return issue;
}

export const mayTriage = (call: Call, repository: Repository): boolean =>
  atLeast(roleOf(call.state, repository, call.user), 'triage');
export const mayPush = (call: Call, repository: Repository): boolean =>
  atLeast(roleOf(call.state, repository, call.user), 'write');

/** Authors edit their own texts, those with write access all. Throws Refusal 403. */
export function refuseOthers(call: Call, repository: Repository, author: Account): void {
  if (actorOf(call) !== author && !mayPush(call, repository)) {
    throw forbidden('Must have admin rights to Repository.');
  }
}

/** Labels by name, made where they are missing. */
export function labelsNamed(call: Call, repository: Repository, names: readonly unknown[]): Label[] {
  return names.map((given) => {
    const name = String(typeof given === 'object' ? ((given as { name?: string } | null)?.name ?? '') : given);
    if (name.trim() === '') throw invalid({ resource: 'Label', field: 'name', code: 'missing_field' });
    if (name.length > 50) throw invalid(tooLong('Label', 'name', 50));
    return findLabel(repository.labels, name) ?? addLabel(call.state, repository, { name });
  });
}

export const tooLong = (resource: string, field: string, most: number) => ({
  ...{ resource, field, code: 'custom', message: `${field} is too long (maximum is ${most} characters)` },
});

export const assignableTo = (call: Call, repository: Repository): Account[] =>
  [...call.state.accounts.values()].filter(
    (user) => user.type !== 'Organization' && atLeast(privateRole(call, repository, user), 'read'),
  );

/** What a user has beyond what everyone has. */
const privateRole = (call: Call, repository: Repository, user: Account) =>
  roleOf(call.state, { ...repository, visibility: 'private' }, user);

/** Accounts by login that may be assigned. Throws Refusal 422. */
export function assigneesNamed(call: Call, repository: Repository, logins: readonly unknown[]): Account[] {
  return logins.map((given) => {
    const login = String(typeof given === 'object' ? (given as { login?: string } | null)?.login : given);
    const user = findAccount(call.state, login);
    if (!user || !assignableTo(call, repository).includes(user)) {
      throw invalid({ value: login, resource: 'Issue', field: 'assignees', code: 'invalid' });
    }
    return user;
  });
}
