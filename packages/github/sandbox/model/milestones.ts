import type { Account } from './accounts.ts';
import { issuesOf } from './issue.ts';
import type { Label, Milestone } from './labels.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';

export interface NewMilestone {
  readonly title: string;
  readonly creator: Account;
  readonly description?: string | null;
  readonly dueOn?: number | null;
  readonly state?: 'open' | 'closed';
}

export function addMilestone(state: State, { milestones }: Repository, milestone: NewMilestone): Milestone {
  const now = state.now();
  const added: Milestone = {
    ...{ description: null, dueOn: null, state: 'open', ...milestone },
    ...{ id: state.nextId(), number: Math.max(0, ...milestones.map(({ number }) => number)) + 1 },
    ...{ createdAt: now, updatedAt: now, closedAt: milestone.state === 'closed' ? now : null },
  };
  milestones.push(added);
  return added;
}

export const findMilestone = (repository: Repository, number: number): Milestone | undefined =>
  repository.milestones.find((milestone) => milestone.number === number);

export function deleteMilestone(repository: Repository, milestone: Milestone): void {
  repository.milestones.splice(repository.milestones.indexOf(milestone), 1);
  for (const issue of issuesOf(repository).values()) if (issue.milestone === milestone) issue.milestone = undefined;
}

export function addLabel(
  state: State,
  repository: Repository,
  label: { name: string; color?: string; description?: string | null },
): Label {
  const added = { id: state.nextId(), color: 'ededed', description: null, isDefault: false, ...label };
  repository.labels.push(added);
  return added;
}

export function deleteLabel(repository: Repository, label: Label): void {
  repository.labels.splice(repository.labels.indexOf(label), 1);
  for (const { labels } of issuesOf(repository).values()) {
    const index = labels.indexOf(label);
    if (index >= 0) labels.splice(index, 1);
  }
}
