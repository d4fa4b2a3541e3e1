import { issuesOf } from '../../model/issue.ts';
import type { Label, Milestone } from '../../model/labels.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Protection } from '../../model/protection.ts';
import type { Repository } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { byId } from './account.ts';
import { below } from './git.ts';
import { isoOrNull, mayWrite } from './written.ts';

export function label(g: Context, repository: Repository, value: Label): View {
  const within = () => [...issuesOf(repository).values()].filter(({ labels }) => labels.includes(value));
  return {
    __typename: 'Label',
    id: nodeId('Label', value.id),
    name: value.name,
    color: value.color,
    description: value.description,
    isDefault: value.isDefault,
    createdAt: iso(repository.createdAt),
    updatedAt: iso(repository.createdAt),
    ...below(g, repository, `labels/${encodeURIComponent(value.name)}`),
    repository: () => g.show.repository(repository),
    ...g.show.issueLists(within),
  };
}

export function milestone(g: Context, repository: Repository, value: Milestone): View {
  const within = () => [...issuesOf(repository).values()].filter((issue) => issue.milestone === value);
  const all = within();
  const done = all.filter(({ state }) => state === 'closed').length;
  return {
    __typename: 'Milestone',
    id: nodeId('Milestone', value.id),
    number: value.number,
    title: value.title,
    description: value.description,
    state: value.state.toUpperCase(),
    closed: value.state === 'closed',
    closedAt: isoOrNull(value.closedAt),
    createdAt: iso(value.createdAt),
    updatedAt: iso(value.updatedAt),
    dueOn: isoOrNull(value.dueOn),
    progressPercentage: all.length === 0 ? 0 : (100 * done) / all.length,
    creator: () => g.show.account(value.creator),
    ...below(g, repository, `milestone/${value.number}`),
    repository: () => g.show.repository(repository),
    viewerCanClose: mayWrite(g, repository) && value.state === 'open',
    viewerCanReopen: mayWrite(g, repository) && value.state === 'closed',
    ...g.show.issueLists(within),
  };
}

interface MilestonesArgs extends PageArgs, OrderArgs {
  readonly states?: readonly string[] | null;
  readonly query?: string | null;
}

/** milestone and milestones of a repository. */
export const milestonesOf = (g: Context, repository: Repository): View => ({
  milestone: ({ number }: { number: number }) => {
    const found = repository.milestones.find((candidate) => candidate.number === number);
    return found ? milestone(g, repository, found) : null;
  },
  milestones: (args: MilestonesArgs) => {
    const { states, query } = args;
    const found = repository.milestones.filter(
      ({ state, title }) =>
        (!states || states.includes(state.toUpperCase())) && title.toLowerCase().includes((query ?? '').toLowerCase()),
    );
    const items = sorted(found, args.orderBy, {
      NUMBER: ({ number }) => number,
      CREATED_AT: ({ createdAt }) => createdAt,
      UPDATED_AT: ({ updatedAt }) => updatedAt,
      DUE_DATE: ({ dueOn }) => dueOn ?? Number.MAX_SAFE_INTEGER,
    });
    return connect('milestones', args, { ...byId, items, view: (item) => milestone(g, repository, item) });
  },
});

/** The classic protection of a branch. */
export function protection(
  g: Context,
  repository: Repository,
  { pattern, protection: value }: { pattern: string; protection: Protection },
): View {
  const { requiredStatusChecks: checks, requiredReviews: reviews } = value;
  return {
    __typename: 'BranchProtectionRule',
    id: nodeId('BranchProtectionRule', `${repository.id}:${pattern}`),
    pattern,
    repository: () => g.show.repository(repository),
    isAdminEnforced: value.enforceAdmins,
    allowsDeletions: value.allowDeletions,
    allowsForcePushes: value.allowForcePushes,
    blocksCreations: false,
    lockBranch: false,
    requiresLinearHistory: value.requiredLinearHistory,
    requiresConversationResolution: value.requiredConversationResolution,
    requiresCommitSignatures: false,
    requiresDeployments: false,
    requireLastPushApproval: false,
    restrictsPushes: value.restrictions !== null,
    restrictsReviewDismissals: false,
    requiresStatusChecks: checks !== null,
    requiresStrictStatusChecks: checks?.strict ?? false,
    requiredStatusCheckContexts: checks?.contexts ?? [],
    requiredStatusChecks: (checks?.contexts ?? []).map((context) => ({ context, app: null })),
    requiresApprovingReviews: reviews !== null,
    requiredApprovingReviewCount: reviews?.count ?? null,
    requiresCodeOwnerReviews: reviews?.codeOwners ?? false,
    dismissesStaleReviews: reviews?.dismissStale ?? false,
  };
}
