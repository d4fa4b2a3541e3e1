import {
  addDraftItem,
  addProjectItem,
  type Project,
  type ProjectField,
  type ProjectValue,
  setProjectValue,
} from '../../model/projects.ts';
import { hasPermission } from '../../model/tokens.ts';
import type { Context, View } from '../context.ts';
import { forbidden, noNode, unprocessable } from '../errors.ts';
import { load, loadAs } from '../load.ts';
import { needScopes } from '../permits.ts';
import { mayChangeProject } from '../views/project.ts';
import { fieldId } from '../views/project-field.ts';

function projectFor(g: Context, id: string, name: string): Project {
  needScopes(g, name, ['project']);
  const { project } = loadAs(g, 'ProjectV2', id);
  const { token, viewer } = g;
  if (token.kind === 'fine-grained' && !hasPermission(token, 'organization_projects', 'write')) throw forbidden();
  if (!mayChangeProject(g, project)) {
    throw forbidden(`${viewer.login} does not have the correct permissions to execute \`${name}\``);
  }
  return project;
}

function itemOf(g: Context, project: Project, id: string) {
  const { item, project: its } = loadAs(g, 'ProjectV2Item', id);
  if (its !== project) throw noNode(id);
  return item;
}

function fieldOf(project: Project, id: string): ProjectField {
  const field = project.fields.find((one) => fieldId(one) === id);
  if (!field) throw noNode(id);
  return field;
}

interface Value {
  readonly text?: string | null;
  readonly number?: number | null;
  readonly date?: string | null;
  readonly singleSelectOptionId?: string | null;
  readonly iterationId?: string | null;
}

const wanted = {
  TEXT: 'text',
  NUMBER: 'number',
  DATE: 'date',
  SINGLE_SELECT: 'singleSelectOptionId',
  ITERATION: 'iterationId',
} as const;

/** The value in the form that the field takes. Throws FieldRefusal. */
function valueFor(field: ProjectField, given: Value): ProjectValue {
  const all = { ...given };
  const key = field.type in wanted ? wanted[field.type as keyof typeof wanted] : undefined;
  if (!key) throw unprocessable(`The field of type ${field.type.toLowerCase()} is not supported for updates`);
  const value = all[key];
  if (value == null || Object.values(all).filter((one) => one != null).length !== 1) {
    throw unprocessable(
      `Did not receive a ${field.type.toLowerCase()} value to update a field of type ${field.type.toLowerCase()}`,
    );
  }
  if (field.type === 'SINGLE_SELECT' && !field.options.some(({ id }) => id === value)) {
    throw unprocessable('The single select option Id does not belong to the field');
  }
  if (field.type === 'ITERATION' && !field.iterations.some(({ id }) => id === value)) {
    throw unprocessable('The iteration Id does not belong to the field');
  }
  return value;
}

interface Cell {
  readonly projectId: string;
  readonly itemId: string;
  readonly fieldId: string;
}

function setCell(g: Context, cell: Cell, { name, value }: { name: string; value: Value | undefined }): View {
  const project = projectFor(g, cell.projectId, name);
  const item = itemOf(g, project, cell.itemId);
  const field = fieldOf(project, cell.fieldId);
  const given = value && valueFor(field, value);
  setProjectValue(g.state, { project, item, field }, { value: given, by: g.viewer });
  return { projectV2Item: () => g.show.projectItem(project, item) };
}

interface Draft {
  readonly projectId: string;
  readonly title: string;
  readonly body?: string | null;
  readonly assigneeIds?: readonly string[] | null;
}

export const projects = {
  addProjectV2ItemById: (g: Context, { projectId, contentId }: { projectId: string; contentId: string }) => {
    const project = projectFor(g, projectId, 'addProjectV2ItemById');
    const content = load(g, contentId);
    const issue = content.type === 'Issue' ? content.issue : content.type === 'PullRequest' ? content.pull : undefined;
    if (!issue) throw noNode(contentId);
    const item = addProjectItem(g.state, project, { issue, by: g.viewer });
    return { item: () => g.show.projectItem(project, item) };
  },
  addProjectV2DraftIssue: (g: Context, { projectId, title, body, assigneeIds }: Draft) => {
    const project = projectFor(g, projectId, 'addProjectV2DraftIssue');
    const assignees = (assigneeIds ?? []).map((id) => loadAs(g, 'Account', id).account);
    const item = addDraftItem(g.state, project, { title, body: body ?? undefined, assignees, by: g.viewer });
    return { projectItem: () => g.show.projectItem(project, item) };
  },
  updateProjectV2ItemFieldValue: (g: Context, input: Cell & { value: Value }) =>
    setCell(g, input, { name: 'updateProjectV2ItemFieldValue', value: input.value }),
  clearProjectV2ItemFieldValue: (g: Context, input: Cell) =>
    setCell(g, input, { name: 'clearProjectV2ItemFieldValue', value: undefined }),
  deleteProjectV2Item: (g: Context, { projectId, itemId }: { projectId: string; itemId: string }) => {
    const project = projectFor(g, projectId, 'deleteProjectV2Item');
    const item = itemOf(g, project, itemId);
    project.items.splice(project.items.indexOf(item), 1);
    return { deletedItemId: itemId };
  },
};
