import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, pageOf, param } from '../call.ts';
import { findCommit } from '../model/refs.ts';
import type { CommitStatus, Repository } from '../model/repository.ts';
import { iso } from '../model/state.ts';
import { notFound, unprocessable } from '../refusal.ts';
import { created, ok, type Reply } from '../reply.ts';
import { simpleUser } from '../views/account.ts';
import { repositoryUrl, shortRepository } from '../views/repository.ts';

function statusView(call: Call, repository: Repository, on: { sha: string; status: CommitStatus }) {
  const { status, sha } = on;
  return {
    url: `${repositoryUrl(call.state, repository)}/statuses/${sha}`,
    avatar_url: simpleUser(call.state, status.creator).avatar_url,
    id: status.id,
    node_id: `SC_${status.id}`,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
  };
}

function located(call: Call) {
  const repository = repositoryOf(call);
  const sha = findCommit(repository, param(call, 'ref'))?.sha;
  if (sha === undefined) throw notFound();
  return { repository, sha, all: repository.statuses.get(sha) ?? [] };
}

/** The worst of the newest status of each context. */
export function combinedState(latest: readonly CommitStatus[]): 'failure' | 'pending' | 'success' {
  if (latest.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return latest.length === 0 || latest.some(({ state }) => state === 'pending') ? 'pending' : 'success';
}

export const latestOf = (all: readonly CommitStatus[]): CommitStatus[] => [
  ...new Map(all.map((status) => [status.context, status])).values(),
];

function combined(call: Call): Reply {
  const { repository, sha, all } = located(call);
  const latest = latestOf(all);
  const { slice, headers } = pageOf(call, latest);
  const url = repositoryUrl(call.state, repository);
  const body = {
    state: combinedState(latest),
    statuses: slice.map((status) => statusView(call, repository, { sha, status })),
    sha,
    total_count: latest.length,
    repository: shortRepository(call.state, repository),
    commit_url: `${url}/commits/${sha}`,
    url: `${url}/commits/${sha}/status`,
  };
  return ok(body, { headers });
}

interface StatusBody {
  readonly state: CommitStatus['state'];
  readonly context?: string;
  readonly description?: string | null;
  readonly target_url?: string | null;
}

function create(call: Call): Reply {
  const repository = repositoryOf(call, { role: 'write' });
  const sha = param(call, 'sha');
  if (!repository.objects.find('commit', sha)) throw unprocessable(`No commit found for SHA: ${sha}`);
  const { state, context = 'default', description = null, target_url: targetUrl = null } = bodyOf<StatusBody>(call);
  const made = { id: call.state.nextId(), creator: actorOf(call), createdAt: call.state.now() };
  const status: CommitStatus = { ...made, state, context, description, targetUrl };
  repository.statuses.set(sha, [...(repository.statuses.get(sha) ?? []), status]);
  const view = statusView(call, repository, { sha, status });
  return created({ ...view, creator: simpleUser(call.state, status.creator) }, view.url);
}

export const statuses: Area = {
  name: 'statuses',
  routes: {
    'GET /repos/{owner}/{repo}/commits/{ref}/status': combined,
    'GET /repos/{owner}/{repo}/commits/{ref}/statuses': (call) => {
      const { repository, sha, all } = located(call);
      return page(call, all.toReversed(), (status) => ({
        ...statusView(call, repository, { sha, status }),
        creator: simpleUser(call.state, status.creator),
      }));
    },
    'POST /repos/{owner}/{repo}/statuses/{sha}': create,
  },
};
