import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import type { Issue } from './issue.ts';
import type { State } from './state.ts';

export type ProjectFieldType =
  | 'TITLE'
  | 'ASSIGNEES'
  | 'LABELS'
  | 'MILESTONE'
  | 'REPOSITORY'
  | 'TEXT'
  | 'NUMBER'
  | 'DATE'
  | 'SINGLE_SELECT'
  | 'ITERATION';

export interface ProjectOption {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

export interface Iteration {
  readonly id: string;
  readonly title: string;
  /** 2026-01-31. */
  readonly startDate: string;
  /** Days. */
  readonly duration: number;
}

export interface ProjectField {
  readonly id: number;
  readonly name: string;
  readonly type: ProjectFieldType;
  readonly options: readonly ProjectOption[];
  readonly iterations: readonly Iteration[];
  readonly createdAt: number;
}

export interface Draft {
  readonly id: number;
  title: string;
  body: string;
  readonly creator: Account;
  readonly assignees: readonly Account[];
  readonly createdAt: number;
  updatedAt: number;
}

/** What is in a cell: text, a number, a date as 2026-01-31, the id of an option or iteration. */
export type ProjectValue = string | number;

export interface ProjectItem {
  readonly id: number;
  readonly content: { readonly issue: Issue } | { readonly draft: Draft };
  readonly creator: Account;
  /** By id of the field. */
  readonly values: Map<number, { readonly value: ProjectValue; readonly by: Account; readonly at: number }>;
  archived: boolean;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Project {
  readonly id: number;
  readonly number: number;
  readonly owner: Account;
  readonly creator: Account;
  title: string;
  description: string | null;
  readme: string | null;
  isPublic: boolean;
  closedAt: number | null;
  readonly fields: ProjectField[];
  readonly items: ProjectItem[];
  readonly createdAt: number;
  updatedAt: number;
}

export const projectsOf = attach<Project[], Account>('projects', () => []);

export const everyProject = (state: State): Project[] => [...state.accounts.values()].flatMap(projectsOf);

export interface NewProject {
  readonly owner: Account;
  readonly creator: Account;
  readonly title: string;
  readonly description?: string;
  readonly isPublic?: boolean;
}

/** A project with the fields that GitHub gives to every new one. */
export function addProject(state: State, project: NewProject): Project {
  const now = state.now();
  const { owner, creator, title, description = null, isPublic = false } = project;
  const added: Project = {
    ...{ id: state.nextId(), number: nextNumber(owner), owner, creator, title, description },
    ...{ readme: null, isPublic, closedAt: null, fields: [], items: [], createdAt: now, updatedAt: now },
  };
  projectsOf(owner).push(added);
  addProjectField(state, added, { name: 'Title', type: 'TITLE' });
  addProjectField(state, added, { name: 'Assignees', type: 'ASSIGNEES' });
  addProjectField(state, added, { name: 'Status', type: 'SINGLE_SELECT', options: ['Todo', 'In Progress', 'Done'] });
  addProjectField(state, added, { name: 'Labels', type: 'LABELS' });
  addProjectField(state, added, { name: 'Milestone', type: 'MILESTONE' });
  addProjectField(state, added, { name: 'Repository', type: 'REPOSITORY' });
  return added;
}

/** Numbers are not given out again. */
const lastNumbers = attach<{ last: number }, Account>('last project', () => ({ last: 0 }));

function nextNumber(owner: Account): number {
  const numbers = lastNumbers(owner);
  numbers.last += 1;
  return numbers.last;
}

export interface NewProjectField {
  readonly name: string;
  readonly type: ProjectFieldType;
  readonly options?: readonly string[];
  readonly iterations?: readonly Omit<Iteration, 'id'>[];
}

const colors = ['GREEN', 'YELLOW', 'PURPLE', 'BLUE', 'RED', 'ORANGE', 'PINK', 'GRAY'];

export function addProjectField(state: State, project: Project, field: NewProjectField): ProjectField {
  const { name, type, options = [], iterations = [] } = field;
  const shortId = () => state.nextId().toString(16).padStart(8, '0');
  const added: ProjectField = {
    ...{ id: state.nextId(), name, type, createdAt: state.now() },
    options: options.map((option, index) => ({
      ...{ id: shortId(), name: option, color: colors[index % colors.length] ?? 'GRAY', description: '' },
    })),
    iterations: iterations.map((iteration) => ({ ...iteration, id: shortId() })),
  };
  project.fields.push(added);
  return added;
}

/** The item of an issue or pull request; the one that is there already comes back. */
export function addProjectItem(
  state: State,
  project: Project,
  { issue, by }: { issue: Issue; by: Account },
): ProjectItem {
  const known = project.items.find(({ content }) => 'issue' in content && content.issue === issue);
  return known ?? added(state, project, { content: { issue }, by });
}

export function addDraftItem(
  state: State,
  project: Project,
  draft: { title: string; body?: string | undefined; assignees?: readonly Account[]; by: Account },
): ProjectItem {
  const now = state.now();
  const { title, body = '', assignees = [], by } = draft;
  const dates = { createdAt: now, updatedAt: now };
  return added(state, project, {
    by,
    content: { draft: { id: state.nextId(), title, body, assignees, creator: by, ...dates } },
  });
}

function added(
  state: State,
  project: Project,
  { content, by }: Pick<ProjectItem, 'content'> & { by: Account },
): ProjectItem {
  const now = state.now();
  const item = {
    id: state.nextId(),
    content,
    creator: by,
    values: new Map(),
    archived: false,
    createdAt: now,
    updatedAt: now,
  };
  project.items.push(item);
  project.updatedAt = now;
  return item;
}

/** Puts an item behind another one, or at the top. */
export function moveProjectItem(state: State, project: Project, { item, after }: Move): void {
  const rest = project.items.filter((one) => one !== item);
  rest.splice(after ? rest.indexOf(after) + 1 : 0, 0, item);
  project.items.splice(0, project.items.length, ...rest);
  project.updatedAt = state.now();
}

interface Move {
  readonly item: ProjectItem;
  readonly after: ProjectItem | undefined;
}

/** Fills a cell, or empties it (undefined). */
export function setProjectValue(
  state: State,
  { project, item, field }: { project: Project; item: ProjectItem; field: ProjectField },
  { value, by }: { value: ProjectValue | undefined; by: Account },
): void {
  const now = state.now();
  if (value === undefined) item.values.delete(field.id);
  else item.values.set(field.id, { value, by, at: now });
  item.updatedAt = now;
  project.updatedAt = now;
}
