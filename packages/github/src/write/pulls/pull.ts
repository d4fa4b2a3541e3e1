import { ConflictError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { unique } from '../differences.ts';
import { checkHead } from '../expected-head.ts';
import type { Labelling } from '../issues/label-steps.ts';
import { checkLabels } from '../labels/existing.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { outcome, type Step, type Taken, takeSteps } from '../steps.ts';
import { aroundSteps } from './around-steps.ts';
import { cannotCreate } from './cannot-create.ts';
import { draftQuery, readyQuery } from './draft.query.ts';
import { notApplied } from './not-applied.ts';

export type Pull = RestData<'GET /repos/{owner}/{repo}/pulls/{pull_number}'>;

export interface PullChange extends Labelling {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  /** `branch`, or `owner:branch` of a fork. */
  readonly head?: string | undefined;
  /** Repository of the head, where the same owner has several forks. */
  readonly head_repo?: string | undefined;
  readonly base?: string | undefined;
  readonly draft?: boolean | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  /** Merges the base into the head. */
  readonly update_branch?: boolean | undefined;
  readonly reviewers?: readonly string[] | undefined;
  readonly team_reviewers?: readonly string[] | undefined;
  readonly remove_reviewers?: readonly string[] | undefined;
  /** Slugs. */
  readonly remove_team_reviewers?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly expected_head?: string | undefined;
  readonly expected_updated_at?: string | undefined;
}

export interface PullWritten {
  readonly number?: number;
  readonly url?: string;
  readonly state?: string;
  readonly draft?: boolean;
  readonly head?: string;
  readonly updated_at?: string;
  readonly verified?: boolean;
  readonly not_applied?: string[];
  readonly failed?: Taken['failed'];
  readonly note?: string;
}

export interface PullChanging extends How {
  readonly change: PullChange;
}

export async function readPullRest(
  github: GitHub,
  { owner, repo, number }: IssueName,
  call: GitHubCall,
): Promise<Pull> {
  const asked = { owner, repo, pull_number: number };
  return (await github.rest('GET /repos/{owner}/{repo}/pulls/{pull_number}', asked, call)).data;
}

/** A new pull request, then reviewers, labels and assignees; what of these fails is told, the pull request stays. */
export async function createPull(github: GitHub, name: RepositoryName, how: PullChanging): Promise<PullWritten> {
  const { change, call, planning } = how;
  const { title, head, base, body, draft, head_repo } = change;
  if (title === undefined || head === undefined || base === undefined) {
    throw new ValidationError('A new pull request needs title, head and base.', {
      hint: 'head is the branch with the changes (owner:branch of a fork), base the one they go into. Give number to change one.',
    });
  }
  await checkLabels(github, { ...name, names: unique(change.add_labels ?? []) }, call);
  const between = { ...name, head, base, head_repo };
  let number = 0;
  const create: Step = {
    name: 'create',
    async run() {
      const problem = planning ? await cannotCreate(github, between, call) : undefined;
      if (problem) throw problem;
      const asked = { ...name, title, head, base, ...given({ body, draft, head_repo }) };
      const sending = { ...call, planned: { number: '<number>' } };
      try {
        number = (await github.rest('POST /repos/{owner}/{repo}/pulls', asked, sending)).data.number;
      } catch (error) {
        const isRefused = error instanceof ConflictError || error instanceof ValidationError;
        // Where looking fails, the refusal is what to tell.
        throw (isRefused && (await cannotCreate(github, between, call).catch(() => undefined))) || error;
      }
    },
  };
  const issue = () => ({ ...name, number });
  const taken = await takeSteps([create, ...aroundSteps(github, issue, how)], how);
  if (planning) return {};
  const meant = { ...change, body: body ?? '', draft: draft ?? false, state: 'open' as const };
  return readBack(github, issue(), { ...how, change: meant, taken });
}

/** Only what is given changes; each part is done or told. */
export async function updatePull(github: GitHub, name: IssueName, how: PullChanging): Promise<PullWritten> {
  const { change, call, planning } = how;
  await checkLabels(github, { ...name, names: unique(change.add_labels ?? []) }, call);
  const before = await readPullRest(github, name, call);
  checkVersion(issueLabel(name), before.updated_at, change.expected_updated_at);
  checkHead(`The head of ${issueLabel(name)}`, before.head.sha, change.expected_head);
  const body = change.edits ? applyEdits(before.body ?? '', change.edits) : change.body;
  const steps = [...ownSteps(github, { ...name, before, body }, how), ...aroundSteps(github, () => name, how)];
  const taken = await takeSteps(steps, how);
  if (planning) return {};
  const written = await readBack(github, name, { ...how, change: { ...change, body }, taken });
  const waits = change.update_branch && written.head === before.head.sha && taken.done.includes('update branch');
  return {
    ...written,
    ...(waits && { note: 'GitHub accepted the update of the branch; its head moves in a moment.' }),
  };
}

/** What the pull request has itself; `body` is with its edits. */
function ownSteps(
  github: GitHub,
  { before, body, owner, repo, number }: IssueName & { before: Pull; body: string | undefined },
  { change, call }: PullChanging,
): Step[] {
  const { title, base, state, draft, update_branch } = change;
  const path = '/repos/{owner}/{repo}/pulls/{pull_number}' as const;
  const pull = { owner, repo, pull_number: number };
  const how = { ...call, planned: {} };
  const fields = given({ title, body, base, state });
  const update = { ...pull, expected_head_sha: before.head.sha };
  const marking = { input: { pullRequestId: before.node_id } };
  const isOther = draft !== undefined && draft !== (before.draft ?? false);
  return [
    ...(Object.keys(fields).length > 0
      ? [{ name: 'change', run: () => github.rest(`PATCH ${path}`, { ...pull, ...fields }, how) }]
      : []),
    ...(isOther && draft ? [{ name: 'to draft', run: () => github.graphql<unknown>(draftQuery, marking, how) }] : []),
    ...(isOther && !draft ? [{ name: 'ready', run: () => github.graphql<unknown>(readyQuery, marking, how) }] : []),
    ...(update_branch
      ? [{ name: 'update branch', run: () => github.rest(`PUT ${path}/update-branch`, update, how) }]
      : []),
  ];
}

async function readBack(
  github: GitHub,
  name: IssueName,
  { change, call, taken }: PullChanging & { taken: Taken },
): Promise<PullWritten> {
  const now = await readPullRest(github, name, call);
  return {
    ...{ number: now.number, url: now.html_url, state: now.state, draft: now.draft ?? false },
    ...{ head: now.head.sha, updated_at: now.updated_at },
    ...outcome(taken, notApplied(now, change, taken)),
  };
}
