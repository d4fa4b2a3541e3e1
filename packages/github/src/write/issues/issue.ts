import { NotFoundError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { type Issue, type IssueName, issueLabel, labelsOf, readIssue } from '../../read/issue.ts';
import { differs, unique } from '../differences.ts';
import { checkLabels } from '../labels/existing.ts';
import { findMilestone } from '../milestones.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { listed } from '../saying.ts';
import { outcome, type Step, type Taken, takeSteps } from '../steps.ts';
import { closeAsDuplicate } from './close-duplicate.ts';
import { type Labelling, labelSteps } from './label-steps.ts';
import { type Meant as CommonlyMeant, notApplied } from './not-applied.ts';

export interface IssueChange extends Labelling {
  readonly title?: string | undefined;
  /** The whole body, of a new issue or instead of the old one. */
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  /** Title or number; null takes it away. */
  readonly milestone?: string | number | null | undefined;
  readonly type?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly state_reason?: 'completed' | 'not_planned' | 'reopened' | undefined;
  readonly duplicate_of?: number | undefined;
  readonly expected_updated_at?: string | undefined;
}

export interface IssueWritten {
  readonly number?: number;
  readonly url?: string;
  readonly title?: string;
  readonly state?: string;
  readonly updated_at?: string;
  /** What was read back is what was asked for. */
  readonly verified?: boolean;
  /** What GitHub did not do; without write access it drops labels, assignees, milestone and type without a word. */
  readonly not_applied?: string[];
  readonly failed?: Taken['failed'];
}

type Changing = How & { readonly change: IssueChange };

export async function createIssue(
  github: GitHub,
  name: RepositoryName,
  { change, call, planning }: Changing,
): Promise<IssueWritten> {
  const { title, body, labels = [], add_labels = [], assignees, type } = change;
  if (title === undefined)
    throw new ValidationError('A new issue needs a title.', { hint: 'Give title, or number to change one.' });
  const milestone = await milestoneNumber(github, name, { milestone: change.milestone, call });
  const wanted = unique([...labels, ...add_labels]);
  await checkLabels(github, { ...name, names: wanted }, call);
  const fields = given({ body, milestone, type, assignees: assignees && [...assignees] });
  const asked = { ...name, title, ...fields, ...(wanted.length > 0 && { labels: wanted }) };
  const { data } = await github.rest('POST /repos/{owner}/{repo}/issues', asked, { ...call, planned: {} });
  if (planning) return {};
  const meant = { title, body: body ?? '', state: 'open', add_labels: wanted, assignees, milestone, type };
  return readBack(github, { ...name, number: data.number }, { meant, taken: { done: ['create'], failed: [] }, call });
}

/** Only what is given changes; each part is done or told. */
export async function updateIssue(
  github: GitHub,
  name: IssueName,
  { change, call, planning }: Changing,
): Promise<IssueWritten> {
  const { title, labels, assignees, type, state, state_reason, duplicate_of: of } = change;
  // Before the body is read, so that little time passes until it is written.
  const milestone = await milestoneNumber(github, name, { milestone: change.milestone, call });
  await checkLabels(github, { ...name, names: unique([...(labels ?? []), ...(change.add_labels ?? [])]) }, call);
  const before = await readIssue(github, name, call);
  checkVersion(issueLabel(name), before.updated_at, change.expected_updated_at);
  const body = change.edits ? applyEdits(before.body ?? '', change.edits) : change.body;
  const fields = given({
    ...{ title, body, milestone, type, state, state_reason },
    labels: labels && [...labels],
    assignees: assignees && [...assignees],
  });
  const how = { ...call, planned: {} };
  const { owner, repo, number } = name;
  const patch = { owner, repo, issue_number: number, ...fields };
  const steps: Step[] = [
    ...(Object.keys(fields).length > 0
      ? [{ name: 'change', run: () => github.rest('PATCH /repos/{owner}/{repo}/issues/{issue_number}', patch, how) }]
      : []),
    ...labelSteps(github, () => name, { ...change, call }),
    ...(of === undefined
      ? []
      : [{ name: 'duplicate_of', run: () => closeAsDuplicate(github, name, { of, before, call: how }) }]),
  ];
  const taken = await takeSteps(steps, { planning });
  if (planning) return {};
  const isDuplicate = of !== undefined && !taken.failed.some(({ step }) => step === 'duplicate_of');
  const closed = isDuplicate ? { state: 'closed', state_reason: 'duplicate' } : {};
  return readBack(github, name, { meant: { ...change, body, milestone, ...closed }, taken, call });
}

/** GitHub wants a number; people know the title. */
async function milestoneNumber(
  github: GitHub,
  { owner, repo }: RepositoryName,
  { milestone, call }: { milestone: IssueChange['milestone']; call: GitHubCall },
): Promise<number | null | undefined> {
  if (typeof milestone !== 'string') return milestone;
  const { found, titles } = await findMilestone(github, { owner, repo, title: milestone }, call);
  if (found) return found.number;
  throw new NotFoundError(`There is no milestone "${milestone}" in ${owner}/${repo}.`, {
    hint: `There are: ${listed(titles.map((title) => JSON.stringify(title)))}. github_labels_write makes milestones.`,
  });
}

interface Meant extends CommonlyMeant {
  readonly milestone?: number | null | undefined;
  readonly type?: string | null | undefined;
  readonly state_reason?: string | undefined;
}

async function readBack(
  github: GitHub,
  name: IssueName,
  { meant, taken, call }: { meant: Meant; taken: Taken; call: GitHubCall },
): Promise<IssueWritten> {
  const now = await readIssue(github, name, call);
  return {
    ...{ number: now.number, url: now.html_url, title: now.title, state: now.state, updated_at: now.updated_at },
    ...outcome(taken, [...ofIssue(now, meant), ...notApplied(commonOf(now), meant, taken)]),
  };
}

const commonOf = (now: Issue) => ({
  ...now,
  labels: labelsOf(now),
  assignees: now.assignees?.map(({ login }) => login) ?? [],
});

const ofIssue = (now: Issue, meant: Meant): string[] => [
  ...differs('state_reason', now.state_reason ?? null, meant.state_reason),
  ...differs('milestone', now.milestone?.number ?? null, meant.milestone),
  ...differs('type', now.type?.name ?? null, meant.type),
];
