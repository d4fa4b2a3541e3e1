import type { Account } from './accounts.ts';
import type { State } from './state.ts';

export interface Label {
  readonly id: number;
  name: string;
  /** Six hexadecimal digits. */
  color: string;
  description: string | null;
  readonly isDefault: boolean;
}

export interface Milestone {
  readonly id: number;
  readonly number: number;
  title: string;
  description: string | null;
  state: 'open' | 'closed';
  readonly creator: Account;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  dueOn: number | null;
}

const defaults: readonly (readonly [string, string, string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];

/** The labels that every new repository has. */
export const createLabels = (state: State): Label[] =>
  defaults.map(([name, color, description]) => ({ id: state.nextId(), name, color, description, isDefault: true }));

/** Names of labels do not differ by case. */
export const findLabel = (labels: readonly Label[], name: string): Label | undefined =>
  labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
