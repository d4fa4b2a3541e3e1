import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import type { Repository } from './repository.ts';

export interface IssueType {
  readonly id: number;
  name: string;
  description: string | null;
  color: 'gray' | 'blue' | 'green' | 'yellow' | 'orange' | 'red' | 'pink' | 'purple' | null;
  isEnabled: boolean;
}

const defaults = [
  { name: 'Task', description: 'A specific piece of work', color: 'yellow' },
  { name: 'Bug', description: 'An unexpected problem or behavior', color: 'red' },
  { name: 'Feature', description: 'A request, idea, or new functionality', color: 'blue' },
] as const;

/** Organisations have types of issues, users have none. */
export const issueTypesOf = attach<IssueType[], Account>('issue types', (owner) =>
  owner.type === 'Organization'
    ? defaults.map((type, index) => ({ id: owner.id * 10 + index, isEnabled: true, ...type }))
    : [],
);

export const findIssueType = (repository: Repository, name: string): IssueType | undefined =>
  issueTypesOf(repository.owner).find((type) => type.isEnabled && type.name.toLowerCase() === name.toLowerCase());
