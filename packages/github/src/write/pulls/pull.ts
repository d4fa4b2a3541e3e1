import { ConflictError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { checkVersion } from '../patch-body.ts';
import type { Mode } from '../run-or-plan.ts';
import { failures, type Step, type Taken, takeSteps } from '../steps.ts';
import { draftQuery, readyQuery } from './draft.query.ts';
import { notApplied } from './not-applied.ts';

export type Pull = RestData<'GET /repos/{owner}/{repo}/pulls/{pull_number}'>;

export interface PullChange {
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
  readonly add_labels?: readonly string[] | undefined;
  readonly remove_labels?: readonly string[] | undefined;
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

interface How extends Mode {
  readonly change: PullChange;
  readonly call: GitHubCall;
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
export async function createPull(github: GitHub, name: RepositoryName, how: How): Promise<PullWritten> {
  const { change, call, planning } = how;
  const { title, head, base, body, draft, head_repo } = change;
  if (title === undefined || head === undefined || base === undefined) {
    throw new ValidationError('A new pull request needs title, head and base.', {
      hint: 'head is the branch with the changes (owner:branch of a fork), base the one they go into. Give number to change one.',
    });
  }
  let number = 0;
  const create: Step = {
    name: 'create',
    async run() {
      const asked = { ...name, title, head, base, ...given({ body, draft, head_repo }) };
      const planned = { number: '<number>' };
      number = (await github.rest('POST /repos/{owner}/{repo}/pulls', asked, { ...call, planned })).data.number;
    },
  };
  const issue = () => ({ ...name, number });
  const taken = await takeSteps([create, ...aroundSteps(github, issue, how)], how);
  if (planning) return {};
  const meant = { ...change, body: body ?? '', draft: draft ?? false, state: 'open' as const };
  return readBack(github, issue(), { ...how, change: meant, taken });
}

/** Only what is given changes; each part is done or told. */
export async function updatePull(github: GitHub, name: IssueName, how: How): Promise<PullWritten> {
  const { change, call, planning } = how;
  const before = await readPullRest(github, name, call);
  checkVersion(issueLabel(name), before.updated_at, change.expected_updated_at);
  if (change.expected_head !== undefined && change.expected_head !== before.head.sha) {
    throw new ConflictError(`The head of ${issueLabel(name)} is ${before.head.sha}, not ${change.expected_head}.`, {
      hint: 'Read what was pushed, then decide again.',
      details: { actual: before.head.sha, expected: change.expected_head },
    });
  }
  const body = change.edits ? applyEdits(before.body ?? '', change.edits) : change.body;
  const { owner, repo, number } = name;
  const { title, base, state, draft } = change;
  const fields = given({ title, body, base, state });
  const pull = { owner, repo, pull_number: number };
  const planned = { planned: {} };
  const steps: Step[] = [];
  if (Object.keys(fields).length > 0) {
    const route = 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}';
    steps.push({ name: 'change', run: () => github.rest(route, { ...pull, ...fields }, { ...call, ...planned }) });
  }
  if (draft !== undefined && draft !== (before.draft ?? false)) {
    const input = { pullRequestId: before.node_id };
    const query = draft ? draftQuery : readyQuery;
    const how = { ...call, ...planned };
    steps.push({ name: draft ? 'to draft' : 'ready', run: () => github.graphql<unknown>(query, { input }, how) });
  }
  if (change.update_branch) {
    const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch';
    const asked = { ...pull, expected_head_sha: before.head.sha };
    steps.push({ name: 'update branch', run: () => github.rest(route, asked, { ...call, ...planned }) });
  }
  const taken = await takeSteps([...steps, ...aroundSteps(github, () => name, how)], how);
  if (planning) return {};
  const written = await readBack(github, name, { ...how, change: { ...change, body }, taken });
  const waits = change.update_branch && written.head === before.head.sha && taken.done.includes('update branch');
  return {
    ...written,
    ...(waits && { note: 'GitHub accepted the update of the branch; its head moves in a moment.' }),
  };
}

/** Reviewers, labels and assignees, which belong to the issue. */
function aroundSteps(github: GitHub, at: () => IssueName, { change, call }: How): Step[] {
  const { reviewers, team_reviewers, remove_reviewers, add_labels, remove_labels = [], assignees } = change;
  const how = { ...call, planned: {} };
  const issue = () => {
    const { owner, repo, number } = at();
    return { owner, repo, issue_number: number };
  };
  const pull = () => {
    const { owner, repo, number } = at();
    return { owner, repo, pull_number: number };
  };
  const requested = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers' as const;
  const labels = '/repos/{owner}/{repo}/issues/{issue_number}/labels' as const;
  const asks = given({ reviewers: reviewers && [...reviewers], team_reviewers: team_reviewers && [...team_reviewers] });
  const steps: (Step | undefined | false)[] = [
    Object.keys(asks).length > 0 && {
      name: 'reviewers',
      run: () => github.rest(`POST ${requested}`, { ...pull(), ...asks } as never, how),
    },
    remove_reviewers && {
      name: 'remove_reviewers',
      run: () => github.rest(`DELETE ${requested}`, { ...pull(), reviewers: [...remove_reviewers] }, how),
    },
    add_labels && {
      name: 'add_labels',
      run: () => github.rest(`POST ${labels}`, { ...issue(), labels: [...add_labels] }, how),
    },
    ...remove_labels.map((label) => ({
      name: `remove label ${label}`,
      run: () => {
        const gone = { ...how, idempotent: true, expect: [404] };
        return github.rest(`DELETE ${labels}/{name}`, { ...issue(), name: label }, gone);
      },
    })),
    assignees && {
      name: 'assignees',
      run: () =>
        github.rest(
          'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
          { ...issue(), assignees: [...assignees] },
          how,
        ),
    },
  ];
  return steps.filter((step) => step !== undefined && step !== false);
}

async function readBack(
  github: GitHub,
  name: IssueName,
  { change, call, taken }: How & { taken: Taken },
): Promise<PullWritten> {
  const now = await readPullRest(github, name, call);
  const missing = notApplied(now, change, taken);
  return {
    ...{ number: now.number, url: now.html_url, state: now.state, draft: now.draft ?? false },
    ...{ head: now.head.sha, updated_at: now.updated_at },
    verified: missing.length === 0 && taken.failed.length === 0,
    ...(missing.length > 0 && { not_applied: missing }),
    ...failures(taken),
  };
}
