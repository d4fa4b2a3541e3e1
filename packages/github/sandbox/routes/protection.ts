import { repositoryOf } from '../access.ts';
import { type Area, bodyOf, type Call, page, param, text } from '../call.ts';
import { branchRef } from '../model/refs.ts';
import { atLeast, fullName, type Repository, roleOf } from '../model/repository.ts';
import { type Rule, type Ruleset, rulesFor } from '../model/rulesets.ts';
import { iso, type State } from '../model/state.ts';
import { notFound, unprocessable } from '../refusal.ts';
import { created, noContent, ok, type Reply } from '../reply.ts';
import { protectionView } from '../views/protection.ts';
import { repositoryHtml, repositoryUrl } from '../views/repository.ts';

interface ProtectionBody {
  readonly required_status_checks: {
    readonly strict: boolean;
    readonly contexts?: readonly string[];
    readonly checks?: readonly { readonly context: string }[];
  } | null;
  readonly enforce_admins: boolean | null;
  readonly required_pull_request_reviews: {
    readonly dismissal_restrictions?: { readonly users?: readonly string[]; readonly teams?: readonly string[] };
    readonly dismiss_stale_reviews?: boolean;
    readonly require_code_owner_reviews?: boolean;
    readonly required_approving_review_count?: number;
  } | null;
  readonly restrictions: { readonly users: readonly string[]; readonly teams: readonly string[] } | null;
  readonly required_linear_history?: boolean;
  readonly allow_force_pushes?: boolean | null;
  readonly allow_deletions?: boolean;
  readonly required_conversation_resolution?: boolean;
}

function branchOf(call: Call, role: 'write' | 'admin'): { repository: Repository; branch: string; url: string } {
  const repository = repositoryOf(call, { role });
  const branch = param(call, 'branch');
  if (!repository.refs.has(branchRef(branch))) throw notFound('Branch not found');
  return { repository, branch, url: `${repositoryUrl(call.state, repository)}/branches/${branch}/protection` };
}

function getProtection(call: Call): Reply {
  const { repository, branch, url } = branchOf(call, 'write');
  const protection = repository.protections.get(branch);
  if (!protection) throw notFound('Branch not protected');
  return ok(protectionView(call.state, protection, { url, owner: repository.owner }));
}

function putProtection(call: Call): Reply {
  const { repository, branch, url } = branchOf(call, 'admin');
  const body = bodyOf<ProtectionBody>(call);
  const { required_status_checks: checks, required_pull_request_reviews: reviews } = body;
  if (body.restrictions && repository.owner.type !== 'Organization') {
    throw unprocessable('Only organization repositories can have users and team restrictions');
  }
  const protection = {
    requiredStatusChecks: checks && {
      strict: checks.strict,
      contexts: checks.contexts?.length ? checks.contexts : (checks.checks ?? []).map(({ context }) => context),
    },
    enforceAdmins: body.enforce_admins ?? false,
    requiredReviews: reviews && {
      count: reviews.required_approving_review_count ?? 1,
      dismissStale: reviews.dismiss_stale_reviews ?? false,
      codeOwners: reviews.require_code_owner_reviews ?? false,
      dismissers: dismissersOf(reviews.dismissal_restrictions),
    },
    restrictions: body.restrictions && { users: body.restrictions.users, teams: body.restrictions.teams },
    allowForcePushes: body.allow_force_pushes ?? false,
    allowDeletions: body.allow_deletions ?? false,
    requiredLinearHistory: body.required_linear_history ?? false,
    requiredConversationResolution: body.required_conversation_resolution ?? false,
  };
  repository.protections.set(branch, protection);
  return ok(protectionView(call.state, protection, { url, owner: repository.owner }));
}

/** An empty object takes the restriction away. */
const dismissersOf = (given: { users?: readonly string[]; teams?: readonly string[] } | undefined) =>
  given && (given.users || given.teams) ? { users: given.users ?? [], teams: given.teams ?? [] } : undefined;

function deleteProtection(call: Call): Reply {
  const { repository, branch } = branchOf(call, 'admin');
  if (!repository.protections.delete(branch)) throw notFound('Branch not protected');
  return noContent();
}

interface RulesetBody {
  readonly name?: string;
  readonly target?: Ruleset['target'];
  readonly enforcement?: Ruleset['enforcement'];
  readonly conditions?: Ruleset['conditions'];
  readonly rules?: readonly Rule[];
  readonly bypass_actors?: Ruleset['bypassActors'];
}

function rulesetView(call: Call, on: { repository: Repository; ruleset: Ruleset; isWhole: boolean }) {
  const { repository, ruleset } = on;
  const isAdmin = atLeast(roleOf(call.state, repository, call.user), 'admin');
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: ruleset.enforcement,
    ...(on.isWhole && { conditions: ruleset.conditions, rules: ruleset.rules }),
    ...(on.isWhole && isAdmin && { bypass_actors: ruleset.bypassActors, current_user_can_bypass: 'never' }),
    node_id: `RRS_${ruleset.id}`,
    created_at: iso(ruleset.createdAt),
    updated_at: iso(ruleset.updatedAt),
    _links: linksOf(call.state, repository, ruleset),
  };
}

const linksOf = (state: State, repository: Repository, { id }: Ruleset) => ({
  self: { href: `${repositoryUrl(state, repository)}/rulesets/${id}` },
  html: { href: `${repositoryHtml(state, repository)}/rules/${id}` },
});

function rulesetOf(call: Call, role: 'read' | 'admin') {
  const repository = repositoryOf(call, { role });
  const ruleset = repository.rulesets.find(({ id }) => id === Number(param(call, 'ruleset_id')));
  if (!ruleset) throw notFound();
  return { repository, ruleset, isWhole: true };
}

function createRuleset(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'admin' });
  const { name = '', target, enforcement, conditions, rules, bypass_actors } = bodyOf<RulesetBody>(call);
  if (repository.rulesets.some((ruleset) => ruleset.name === name)) throw unprocessable('Name must be unique');
  const now = call.state.now();
  const ruleset: Ruleset = {
    id: call.state.nextId(),
    name,
    target: target ?? 'branch',
    enforcement: enforcement ?? 'active',
    conditions: conditions ?? {},
    rules: rules ?? [],
    bypassActors: bypass_actors ?? [],
    createdAt: now,
    updatedAt: now,
  };
  repository.rulesets.push(ruleset);
  return created(rulesetView(call, { repository, ruleset, isWhole: true }));
}

function updateRuleset(call: Call): Reply {
  const found = rulesetOf(call, 'admin');
  const { bypass_actors: bypassActors, ...rest } = bodyOf<RulesetBody>(call);
  Object.assign(found.ruleset, rest, bypassActors && { bypassActors }, { updatedAt: call.state.now() });
  return ok(rulesetView(call, found));
}

export const protection: Area = {
  name: 'protection',
  routes: {
    'GET /repos/{owner}/{repo}/branches/{branch}/protection': getProtection,
    'PUT /repos/{owner}/{repo}/branches/{branch}/protection': putProtection,
    'DELETE /repos/{owner}/{repo}/branches/{branch}/protection': deleteProtection,
    'GET /repos/{owner}/{repo}/rulesets': (call) => {
      const repository = repositoryOf(call);
      const targets = text(call, 'targets')?.split(',');
      const found = repository.rulesets.filter(({ target }) => targets?.includes(target) ?? true);
      return page(call, found, (ruleset) => rulesetView(call, { repository, ruleset, isWhole: false }));
    },
    'POST /repos/{owner}/{repo}/rulesets': createRuleset,
    'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}': (call) => ok(rulesetView(call, rulesetOf(call, 'read'))),
    'PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}': updateRuleset,
    'DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}': (call) => {
      const { repository, ruleset } = rulesetOf(call, 'admin');
      repository.rulesets.splice(repository.rulesets.indexOf(ruleset), 1);
      return noContent();
    },
    'GET /repos/{owner}/{repo}/rules/branches/{branch}': (call) => {
      const repository = repositoryOf(call);
      return page(call, rulesFor(repository, branchRef(param(call, 'branch'))), ({ rule, ruleset }) => ({
        ...rule,
        ruleset_source_type: 'Repository',
        ruleset_source: fullName(repository),
        ruleset_id: ruleset.id,
      }));
    },
  },
};
