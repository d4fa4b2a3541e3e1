import { AppError, CancelledError, NotFoundError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../client/index.ts';
import { given } from '../read/given.ts';
import { type Issue, type IssueName, issueLabel, labelsOf, readIssue } from '../read/issue.ts';
import { closeAsDuplicate } from './close-duplicate.ts';
import { checkVersion } from './patch-body.ts';

export interface IssueChange {
  readonly title?: string | undefined;
  /** The whole body, of a new issue or instead of the old one. */
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly add_labels?: readonly string[] | undefined;
  readonly remove_labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  /** Title or number; null takes it away. */
  readonly milestone?: string | number | null | undefined;
  readonly type?: string | null | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly state_reason?: 'completed' | 'not_planned' | 'reopened' | undefined;
  readonly duplicate_of?: number | undefined;
  readonly expected_updated_at?: string | undefined;
}

export interface WrittenIssue {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly state: string;
  readonly updated_at: string;
  /** What was read back is what was asked for. */
  readonly verified: boolean;
  /** What GitHub did not do; without write access it drops labels, assignees, milestone and type without a word. */
  readonly not_applied?: string[];
}

export async function createIssue(
  github: GitHub,
  name: RepositoryName,
  { change, call }: { change: IssueChange; call: GitHubCall },
): Promise<WrittenIssue> {
  const { title, body, labels = [], add_labels = [], assignees, type } = change;
  if (title === undefined)
    throw new ValidationError('A new issue needs a title.', { hint: 'Give title, or number to change one.' });
  const milestone = await milestoneNumber(github, name, { milestone: change.milestone, call });
  const wanted = [...new Set([...labels, ...add_labels])];
  const { data } = await github.rest(
    'POST /repos/{owner}/{repo}/issues',
    {
      ...{ ...name, title },
      ...given({ body, milestone, type, assignees: assignees && [...assignees] }),
      ...(wanted.length > 0 && { labels: wanted }),
    },
    call,
  );
  const meant = { title, body: body ?? '', state: 'open', labels: wanted, assignees, milestone, type };
  return readBack(github, { ...name, number: data.number }, { meant, call });
}

export async function updateIssue(
  github: GitHub,
  name: IssueName,
  { change, call }: { change: IssueChange; call: GitHubCall },
): Promise<WrittenIssue> {
  const before = await readIssue(github, name, call);
  checkVersion(issueLabel(name), before.updated_at, change.expected_updated_at);
  const body = change.edits ? applyEdits(before.body ?? '', change.edits) : change.body;
  const milestone = await milestoneNumber(github, name, { milestone: change.milestone, call });
  const { title, assignees, type, state_reason } = change;
  const state = change.duplicate_of === undefined ? change.state : undefined;
  const fields = given({
    ...{ title, body, milestone, type, state, state_reason },
    labels: change.labels && [...change.labels],
    assignees: assignees && [...assignees],
  });
  const planned = { planned: before };
  if (Object.keys(fields).length > 0) {
    const { owner, repo, number } = name;
    const parameters = { owner, repo, issue_number: number, ...fields };
    await github.rest('PATCH /repos/{owner}/{repo}/issues/{issue_number}', parameters, { ...call, ...planned });
  }
  let isChanged = Object.keys(fields).length > 0;
  const failed: string[] = [];
  /** After the first change a failure is told, and does not hide what was done. */
  const attempt = async <T>(step: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const done = await work();
      isChanged = true;
      return done;
    } catch (error) {
      if (!isChanged || !(error instanceof AppError) || error instanceof CancelledError) throw error;
      failed.push(`${step}: ${error.message}`);
      return undefined;
    }
  };
  const relabels = (change.add_labels ?? []).length + (change.remove_labels ?? []).length > 0;
  const labels = relabels
    ? await attempt('labels', () => changeLabels(github, name, { change, before, call }))
    : change.labels;
  const { duplicate_of: of } = change;
  if (of !== undefined) {
    await attempt('duplicate_of', () => closeAsDuplicate(github, name, { of, before, call: { ...call, ...planned } }));
  }
  const closed = change.duplicate_of === undefined ? state : 'closed';
  const meant = { title, body, labels, assignees, milestone, type, state: closed };
  return readBack(github, name, { meant, failed, call });
}

/** Labels one by one, because the whole list would take away what others add at the same time. Gives those that must be there then. */
async function changeLabels(
  github: GitHub,
  { owner, repo, number }: IssueName,
  { change, before, call }: { change: IssueChange; before: Issue; call: GitHubCall },
): Promise<readonly string[] | undefined> {
  const { labels, add_labels = [], remove_labels = [] } = change;
  if (add_labels.length === 0 && remove_labels.length === 0) return labels;
  const issue = { owner, repo, issue_number: number };
  const planned = { planned: [] };
  if (add_labels.length > 0) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
    await github.rest(route, { ...issue, labels: [...add_labels] }, { ...call, ...planned });
  }
  for (const label of remove_labels) {
    const route = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}';
    // One that is not there any more is what was asked for.
    await github.rest(route, { ...issue, name: label }, { ...call, ...planned, idempotent: true, expect: [404] });
  }
  const start = labels ?? labelsOf(before);
  return [...new Set([...start, ...add_labels])].filter((label) => !includes(remove_labels, label));
}

const includes = (list: readonly string[], label: string): boolean =>
  list.some((one) => one.toLowerCase() === label.toLowerCase());

const mostMilestonePages = 10;

/** GitHub wants a number; people know the title. */
async function milestoneNumber(
  github: GitHub,
  { owner, repo }: RepositoryName,
  { milestone, call }: { milestone: IssueChange['milestone']; call: GitHubCall },
): Promise<number | null | undefined> {
  if (typeof milestone !== 'string') return milestone;
  const titles: string[] = [];
  for (let page = 1; page <= mostMilestonePages; page += 1) {
    const parameters = { owner, repo, state: 'all' as const, per_page: 100, page };
    const { data } = await github.rest('GET /repos/{owner}/{repo}/milestones', parameters, call);
    const found = data.find(({ title }) => title === milestone);
    if (found) return found.number;
    titles.push(...data.map(({ title }) => title));
    if (data.length < parameters.per_page) break;
  }
  throw new NotFoundError(`There is no milestone "${milestone}" in ${owner}/${repo}.`, {
    hint: `There are: ${titles.slice(0, 20).join(', ') || 'none'}.`,
  });
}

interface Meant {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly milestone?: number | null | undefined;
  readonly type?: string | null | undefined;
  readonly state?: string | undefined;
}

async function readBack(
  github: GitHub,
  name: IssueName,
  { meant, failed = [], call }: { meant: Meant; failed?: readonly string[]; call: GitHubCall },
): Promise<WrittenIssue> {
  const now = await readIssue(github, name, call);
  const missing = [...failed, ...differences(now, meant)];
  return {
    ...{ number: now.number, url: now.html_url, title: now.title, state: now.state, updated_at: now.updated_at },
    verified: missing.length === 0,
    ...(missing.length > 0 && { not_applied: missing }),
  };
}

function differences(now: Issue, meant: Meant): string[] {
  const logins = now.assignees?.map(({ login }) => login) ?? [];
  const labels = labelsOf(now);
  const unlabelled = meant.labels?.filter((label) => !includes(labels, label)) ?? [];
  const unassigned = meant.assignees?.filter((login) => !includes(logins, login)) ?? [];
  return [
    ...differs('title', now.title, meant.title),
    ...(meant.body !== undefined && (now.body ?? '') !== meant.body
      ? ['body: what is there now is not what was written; read it again']
      : []),
    ...differs('state', now.state, meant.state),
    ...differs('milestone', now.milestone?.number ?? null, meant.milestone),
    ...differs('type', now.type?.name ?? null, meant.type),
    ...unlabelled.map((label) => `label not set: ${label}`),
    ...unassigned.map((login) => `not assigned: ${login}`),
  ];
}

const differs = (name: string, now: unknown, meant: unknown): string[] =>
  meant === undefined || now === meant ? [] : [`${name}: is ${JSON.stringify(now)}`];
