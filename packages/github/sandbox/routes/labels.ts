import { repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import type { Issue } from '../model/issue.ts';
import { issuesOf } from '../model/issue.ts';
import { setAssignees, setLabels } from '../model/issue-changes.ts';
import { findLabel, type Label, type Milestone } from '../model/labels.ts';
import { addLabel, addMilestone, deleteLabel, deleteMilestone, findMilestone } from '../model/milestones.ts';
import type { Repository } from '../model/repository.ts';
import { invalid, notFound } from '../refusal.ts';
import { created, noContent, ok } from '../reply.ts';
import { simpleUser } from '../views/account.ts';
import { issueView, labelView, milestoneView } from '../views/issue.ts';
import { assignableTo, assigneesNamed, issueAt, labelsNamed, tooLong } from './issue-at.ts';

const repo = '/repos/{owner}/{repo}';
const ofIssue = `${repo}/issues/{issue_number}`;
const triage = { role: 'triage' } as const;

interface LabelBody {
  readonly name?: string;
  readonly new_name?: string;
  readonly color?: string;
  readonly description?: string | null;
}

function labelAt(call: Call, repository: Repository): Label {
  const label = findLabel(repository.labels, param(call, 'name'));
  if (!label) throw notFound();
  return label;
}

function refuseBadLabel(repository: Repository, { color, description, ...names }: LabelBody, own?: Label): void {
  const name = names.new_name ?? names.name;
  if (name !== undefined) {
    const known = findLabel(repository.labels, name);
    if (name.trim() === '') throw invalid({ resource: 'Label', code: 'missing_field', field: 'name' });
    if (name.length > 50) throw invalid(tooLong('Label', 'name', 50));
    if (known && known !== own) throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
  }
  if (color !== undefined && !/^[0-9a-f]{6}$/i.test(color)) {
    throw invalid({ resource: 'Label', code: 'invalid', field: 'color' });
  }
  if ((description ?? '').length > 100) throw invalid(tooLong('Label', 'description', 100));
}

const labelsOf = (call: Call, issue: Issue) =>
  issue.labels.map((label) => labelView(call.state, issue.repository, label));

function change(call: Call, to: (issue: Issue, given: readonly Label[]) => readonly Label[]) {
  const issue = issueAt(call, triage);
  const body = bodyOf<{ labels?: readonly unknown[] } | readonly unknown[]>(call);
  const given = 'labels' in body ? (body.labels ?? []) : Array.isArray(body) ? body : [];
  const labels = to(issue, labelsNamed(call, issue.repository, given));
  setLabels(call.state, issue, { labels, actor: actorOf(call) });
  return ok(labelsOf(call, issue));
}

function removeLabel(call: Call) {
  const issue = issueAt(call, triage);
  const gone = findLabel(issue.labels, param(call, 'name'));
  if (!gone) throw notFound('Label does not exist');
  setLabels(call.state, issue, { labels: issue.labels.filter((label) => label !== gone), actor: actorOf(call) });
  return ok(labelsOf(call, issue));
}

function changeAssignees(call: Call, isAddition: boolean) {
  const issue = issueAt(call, triage);
  const { repository } = issue;
  const given = bodyOf<{ assignees?: readonly unknown[] }>(call).assignees ?? [];
  // Those that cannot be assigned are left out silently here.
  const known = given.filter((name) => assignableTo(call, repository).some(({ login }) => login === loginOf(name)));
  const users = assigneesNamed(call, repository, known);
  const assignees = isAddition
    ? [...issue.assignees, ...users]
    : issue.assignees.filter((user) => !users.includes(user));
  setAssignees(call.state, issue, { assignees, actor: actorOf(call) });
  const view = issueView(call, issue);
  return isAddition ? created(view) : ok(view);
}

const loginOf = (given: unknown) => (typeof given === 'object' ? (given as { login?: string } | null)?.login : given);

interface MilestoneBody {
  readonly title?: string;
  readonly state?: 'open' | 'closed';
  readonly description?: string;
  readonly due_on?: string | null;
}

function milestoneAt(call: Call, repository: Repository): Milestone {
  const milestone = findMilestone(repository, Number(param(call, 'milestone_number')));
  if (!milestone) throw notFound();
  return milestone;
}

function refuseBadTitle(repository: Repository, title: string | undefined, own?: Milestone): void {
  if (title?.trim() === '') throw invalid({ resource: 'Milestone', code: 'missing_field', field: 'title' });
  const known = repository.milestones.find((milestone) => milestone.title === title);
  if (known && known !== own) throw invalid({ resource: 'Milestone', code: 'already_exists', field: 'title' });
}

const dueOn = (given: string | null | undefined) =>
  given === undefined ? {} : { dueOn: given === null ? null : Date.parse(given) };

function listMilestones(call: Call) {
  const repository = repositoryOf(call);
  const state = text(call, 'state') ?? 'open';
  const completeness = (milestone: Milestone) => {
    const inside = [...issuesOf(repository).values()].filter((issue) => issue.milestone === milestone);
    return inside.length === 0 ? 0 : inside.filter((issue) => issue.state === 'closed').length / inside.length;
  };
  const key = (milestone: Milestone) =>
    text(call, 'sort') === 'completeness' ? completeness(milestone) : (milestone.dueOn ?? Number.MAX_SAFE_INTEGER);
  const sorted = repository.milestones
    .filter((milestone) => state === 'all' || milestone.state === state)
    .sort((a, b) => key(a) - key(b) || a.number - b.number);
  if (text(call, 'direction') === 'desc') sorted.reverse();
  return page(call, sorted, (milestone) => milestoneView(call.state, repository, milestone));
}

export const labels: Area = {
  name: 'labels, milestones and assignees',
  routes: {
    [`GET ${repo}/labels`]: (call) => {
      const repository = repositoryOf(call);
      return page(call, repository.labels, (label) => labelView(call.state, repository, label));
    },
    [`POST ${repo}/labels`]: (call) => {
      const repository = repositoryOf(call, triage);
      const body = bodyOf<LabelBody & { name: string }>(call);
      refuseBadLabel(repository, body);
      return created(labelView(call.state, repository, addLabel(call.state, repository, body)));
    },
    [`GET ${repo}/labels/{name}`]: (call) => {
      const repository = repositoryOf(call);
      return ok(labelView(call.state, repository, labelAt(call, repository)));
    },
    [`PATCH ${repo}/labels/{name}`]: (call) => {
      const repository = repositoryOf(call, triage);
      const label = labelAt(call, repository);
      const body = bodyOf<LabelBody>(call);
      refuseBadLabel(repository, body, label);
      label.name = body.new_name ?? label.name;
      label.color = body.color ?? label.color;
      label.description = body.description ?? label.description;
      return ok(labelView(call.state, repository, label));
    },
    [`DELETE ${repo}/labels/{name}`]: (call) => {
      const repository = repositoryOf(call, triage);
      deleteLabel(repository, labelAt(call, repository));
      return noContent();
    },
    [`GET ${ofIssue}/labels`]: (call) => {
      const issue = issueAt(call);
      return page(call, issue.labels, (label) => labelView(call.state, issue.repository, label));
    },
    [`POST ${ofIssue}/labels`]: (call) => change(call, (issue, given) => [...issue.labels, ...given]),
    [`PUT ${ofIssue}/labels`]: (call) => change(call, (_issue, given) => given),
    [`DELETE ${ofIssue}/labels`]: (call) => {
      const issue = issueAt(call, triage);
      setLabels(call.state, issue, { labels: [], actor: actorOf(call) });
      return noContent();
    },
    [`DELETE ${ofIssue}/labels/{name}`]: removeLabel,
    [`GET ${repo}/assignees`]: (call) =>
      page(call, assignableTo(call, repositoryOf(call)), (user) => simpleUser(call.state, user)),
    [`GET ${repo}/assignees/{assignee}`]: (call) => refuseUnassignable(call, repositoryOf(call)),
    [`GET ${ofIssue}/assignees/{assignee}`]: (call) => refuseUnassignable(call, issueAt(call).repository),
    [`POST ${ofIssue}/assignees`]: (call) => changeAssignees(call, true),
    [`DELETE ${ofIssue}/assignees`]: (call) => changeAssignees(call, false),
    [`GET ${repo}/milestones`]: listMilestones,
    [`POST ${repo}/milestones`]: (call) => {
      const repository = repositoryOf(call, triage);
      const { due_on, ...body } = bodyOf<MilestoneBody & { title: string }>(call);
      refuseBadTitle(repository, body.title);
      const milestone = addMilestone(call.state, repository, { ...body, ...dueOn(due_on), creator: actorOf(call) });
      return created(milestoneView(call.state, repository, milestone));
    },
    [`GET ${repo}/milestones/{milestone_number}`]: (call) => {
      const repository = repositoryOf(call);
      return ok(milestoneView(call.state, repository, milestoneAt(call, repository)));
    },
    [`PATCH ${repo}/milestones/{milestone_number}`]: (call) => {
      const repository = repositoryOf(call, triage);
      const milestone = milestoneAt(call, repository);
      const { due_on, ...body } = bodyOf<MilestoneBody>(call);
      refuseBadTitle(repository, body.title, milestone);
      const now = call.state.now();
      const closing = body.state ? { closedAt: body.state === 'closed' ? now : null } : {};
      Object.assign(milestone, body, dueOn(due_on), closing, { updatedAt: now });
      return ok(milestoneView(call.state, repository, milestone));
    },
    [`DELETE ${repo}/milestones/{milestone_number}`]: (call) => {
      const repository = repositoryOf(call, triage);
      deleteMilestone(repository, milestoneAt(call, repository));
      return noContent();
    },
    [`GET ${repo}/milestones/{milestone_number}/labels`]: (call) => {
      const repository = repositoryOf(call);
      const milestone = milestoneAt(call, repository);
      const inside = [...issuesOf(repository).values()].filter((issue) => issue.milestone === milestone);
      const all = [...new Set(inside.flatMap((issue) => issue.labels))];
      return page(call, all, (label) => labelView(call.state, repository, label));
    },
  },
};

function refuseUnassignable(call: Call, repository: Repository) {
  const login = param(call, 'assignee').toLowerCase();
  if (!assignableTo(call, repository).some((user) => user.login.toLowerCase() === login)) throw notFound();
  return noContent();
}
