import { type Account, findAccount } from '../model/accounts.ts';
import { openProtection, type Protection } from '../model/protection.ts';
import type { State } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { teamView } from './team.ts';

/** What a branch says of its protection. */
export function protectionSummary(protection: Protection | undefined) {
  const { requiredStatusChecks: required } = protection ?? openProtection;
  const contexts = required?.contexts ?? [];
  return {
    enabled: protection !== undefined,
    required_status_checks: {
      enforcement_level: required ? 'non_admins' : 'off',
      contexts,
      checks: contexts.map((context) => ({ context, app_id: null })),
    },
  };
}

/** The protection itself; `url` is its own address, `owner` that of the repository. */
export function protectionView(state: State, protection: Protection, { url, owner }: { url: string; owner: Account }) {
  const { requiredStatusChecks, requiredReviews, restrictions } = protection;
  const admitted = ({ users, teams }: NonNullable<Protection['restrictions']>) => ({
    users: users
      .map((login) => findAccount(state, login))
      .filter((account) => account !== undefined)
      .map((account) => simpleUser(state, account)),
    teams: owner.teams.filter(({ slug }) => teams.includes(slug)).map((team) => teamView(state, owner, team)),
    apps: [],
  });
  const dismissals = `${url}/dismissal_restrictions`;
  return {
    url,
    ...(requiredStatusChecks && {
      required_status_checks: {
        url: `${url}/required_status_checks`,
        strict: requiredStatusChecks.strict,
        contexts: requiredStatusChecks.contexts,
        contexts_url: `${url}/required_status_checks/contexts`,
        checks: requiredStatusChecks.contexts.map((context) => ({ context, app_id: null })),
      },
    }),
    ...(requiredReviews && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: requiredReviews.dismissStale,
        require_code_owner_reviews: requiredReviews.codeOwners,
        required_approving_review_count: requiredReviews.count,
        require_last_push_approval: false,
        ...(requiredReviews.dismissers && {
          dismissal_restrictions: {
            url: dismissals,
            users_url: `${dismissals}/users`,
            teams_url: `${dismissals}/teams`,
            ...admitted(requiredReviews.dismissers),
          },
        }),
      },
    }),
    ...(restrictions && {
      restrictions: {
        url: `${url}/restrictions`,
        users_url: `${url}/restrictions/users`,
        teams_url: `${url}/restrictions/teams`,
        apps_url: `${url}/restrictions/apps`,
        ...admitted(restrictions),
      },
    }),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins },
    required_linear_history: { enabled: protection.requiredLinearHistory },
    allow_force_pushes: { enabled: protection.allowForcePushes },
    allow_deletions: { enabled: protection.allowDeletions },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: protection.requiredConversationResolution },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}
