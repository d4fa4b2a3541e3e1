import { ConflictError, NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import type { Item } from '../items.ts';
import { findMilestone, type Milestone } from '../milestones.ts';
import type { How } from '../run-or-plan.ts';

export interface LabelAsked {
  readonly name: string;
  readonly new_name?: string | undefined;
  /** Six hexadecimal digits. */
  readonly color?: string | undefined;
  readonly description?: string | undefined;
}

export interface MilestoneAsked {
  readonly title: string;
  readonly new_title?: string | undefined;
  readonly description?: string | undefined;
  /** A day. */
  readonly due_on?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
}

type Label = RestData<'GET /repos/{owner}/{repo}/labels/{name}'>;

/** Makes a label, or changes what differs. */
export async function writeLabel(
  github: GitHub,
  { label, ...at }: RepositoryName & { label: LabelAsked },
  { call, planning }: How,
): Promise<Omit<Item, 'name'>> {
  const { name, new_name, description } = label;
  const color = label.color?.replace(/^#/, '').toLowerCase();
  const before = await readLabel(github, { ...at, name }, call);
  if (before === undefined && new_name !== undefined) throw new NotFoundError(`There is no label "${name}" to rename.`);
  if (before && new_name !== undefined && new_name.toLowerCase() !== before.name.toLowerCase()) {
    if (await readLabel(github, { ...at, name: new_name }, call)) throw taken('label', new_name);
  }
  const meant = { name: new_name ?? before?.name ?? name, ...given({ color, description }) };
  if (before && isLabel(before, meant)) return { status: 'unchanged', verified: true };
  const how = { ...call, planned: {} };
  if (before === undefined) await github.rest('POST /repos/{owner}/{repo}/labels', { ...at, ...meant }, how);
  else {
    const change = { ...at, name: before.name, ...given({ new_name, color, description }) };
    await github.rest('PATCH /repos/{owner}/{repo}/labels/{name}', change, how);
  }
  const status = before ? 'updated' : 'created';
  if (planning) return { status };
  const after = await readLabel(github, { ...at, name: meant.name }, call);
  return { status, verified: after !== undefined && isLabel(after, meant) };
}

const taken = (what: string, name: string): ConflictError =>
  new ConflictError(`There is a ${what} "${name}" already.`, { hint: 'Choose another name.' });

const isLabel = (now: Label, meant: { name: string; color?: string; description?: string }): boolean =>
  now.name === meant.name &&
  (meant.color === undefined || now.color.toLowerCase() === meant.color) &&
  (meant.description === undefined || (now.description ?? '') === meant.description);

async function readLabel(
  github: GitHub,
  label: RepositoryName & { name: string },
  call: GitHubCall,
): Promise<Label | undefined> {
  const route = 'GET /repos/{owner}/{repo}/labels/{name}';
  const { status, data } = await github.rest(route, { ...label }, { ...call, expect: [404] });
  return status === 404 ? undefined : data;
}

/** Makes a milestone, or changes what is given of it; it is known by its title. */
export async function writeMilestone(
  github: GitHub,
  { milestone, ...at }: RepositoryName & { milestone: MilestoneAsked },
  { call, planning }: How,
): Promise<Omit<Item, 'name'>> {
  const { title, new_title, description, state } = milestone;
  const { found: before } = await findMilestone(github, { ...at, title }, call);
  if (before === undefined && new_title !== undefined)
    throw new NotFoundError(`There is no milestone "${title}" to rename.`);
  if (before && new_title !== undefined && new_title !== title) {
    if ((await findMilestone(github, { ...at, title: new_title }, call)).found) throw taken('milestone', new_title);
  }
  // GitHub keeps the day alone, of Pacific time; eight hours in is the same day everywhere it matters.
  const due_on = milestone.due_on && `${milestone.due_on}T08:00:00Z`;
  const meant = { title: new_title ?? title, ...given({ description, state, due_on }) };
  if (before && isMilestone(before, meant)) return { status: 'unchanged', verified: true };
  const how = { ...call, planned: { number: 0 } };
  const number = before
    ? await changeMilestone(github, { ...at, number: before.number, meant }, how)
    : (await github.rest('POST /repos/{owner}/{repo}/milestones', { ...at, ...(meant as { title: string }) }, how)).data
        .number;
  const status = before ? 'updated' : 'created';
  if (planning) return { status };
  const read = { ...at, milestone_number: number };
  const { data } = await github.rest('GET /repos/{owner}/{repo}/milestones/{milestone_number}', read, call);
  return { status, verified: isMilestone(data, meant) };
}

function isMilestone(
  now: Milestone,
  { title, description, state, due_on }: Pick<MilestoneAsked, 'title' | 'description' | 'state' | 'due_on'>,
): boolean {
  return (
    now.title === title &&
    (description === undefined || (now.description ?? '') === description) &&
    (state === undefined || now.state === state) &&
    (due_on === undefined || now.due_on?.slice(0, 10) === due_on.slice(0, 10))
  );
}

async function changeMilestone(
  github: GitHub,
  { owner, repo, number, meant }: RepositoryName & { number: number; meant: object },
  how: GitHubCall,
): Promise<number> {
  const asked = { owner, repo, milestone_number: number, ...meant };
  await github.rest('PATCH /repos/{owner}/{repo}/milestones/{milestone_number}', asked, how);
  return number;
}
