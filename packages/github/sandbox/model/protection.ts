import { unprocessable } from '../refusal.ts';
import type { Account } from './accounts.ts';
import { atLeast, type Repository, roleOf } from './repository.ts';
import type { State } from './state.ts';

/** The classic protection of one branch, as `PUT .../protection` takes it. */
export interface Protection {
  readonly requiredStatusChecks: { readonly strict: boolean; readonly contexts: readonly string[] } | null;
  readonly enforceAdmins: boolean;
  readonly requiredReviews: {
    readonly count: number;
    readonly dismissStale: boolean;
    readonly codeOwners: boolean;
    /** Who may dismiss reviews; everyone with write access unless given. */
    readonly dismissers?: { readonly users: readonly string[]; readonly teams: readonly string[] } | undefined;
  } | null;
  /** Logins that may push; null is everyone with write access. */
  readonly restrictions: { readonly users: readonly string[]; readonly teams: readonly string[] } | null;
  readonly allowForcePushes: boolean;
  readonly allowDeletions: boolean;
  readonly requiredLinearHistory: boolean;
  readonly requiredConversationResolution: boolean;
}

export const openProtection: Protection = {
  requiredStatusChecks: null,
  enforceAdmins: false,
  requiredReviews: null,
  restrictions: null,
  allowForcePushes: false,
  allowDeletions: false,
  requiredLinearHistory: false,
  requiredConversationResolution: false,
};

export interface RefAttempt {
  readonly ref: string;
  readonly actor: Account | undefined;
  readonly isDeletion: boolean;
  readonly isForced: boolean;
  /** Merging a pull request meets its rules elsewhere. */
  readonly viaPull: boolean;
}

/** Refuses what the protection of a branch forbids. Throws Refusal 422. */
export function refuseProtected(state: State, repository: Repository, attempt: RefAttempt): void {
  const branch = attempt.ref.replace(/^refs\/heads\//, '');
  const protection = repository.protections.get(branch);
  if (!protection) return;
  const isAdmin = atLeast(roleOf(state, repository, attempt.actor), 'admin');
  if (attempt.isDeletion && !protection.allowDeletions) throw unprocessable(`Cannot delete this protected branch`);
  if (attempt.isForced && !protection.allowForcePushes) {
    throw unprocessable('Cannot force-push to this protected branch');
  }
  if (isAdmin && !protection.enforceAdmins) return;
  const { restrictions, requiredReviews, requiredStatusChecks } = protection;
  if (restrictions && !restrictions.users.includes(attempt.actor?.login ?? '')) {
    throw unprocessable('You’re not authorized to push to this branch.');
  }
  if (attempt.viaPull || attempt.isDeletion) return;
  if (requiredReviews) throw unprocessable('Changes must be made through a pull request.');
  if (requiredStatusChecks && requiredStatusChecks.contexts.length > 0) {
    const names = requiredStatusChecks.contexts.map((name) => `"${name}"`).join(', ');
    throw unprocessable(
      `Required status check${requiredStatusChecks.contexts.length > 1 ? 's' : ''} ${names} ${requiredStatusChecks.contexts.length > 1 ? 'are' : 'is'} expected.`,
    );
  }
}
