import {
  addDraftItem,
  addProjectItem,
  moveProjectItem,
  type Project,
  type ProjectField,
  type ProjectItem,
  type ProjectValue,
  setProjectValue,
} from '../../model/projects.ts';
import type { Context, View } from '../context.ts';
import { noNode, unprocessable } from '../errors.ts';
import { load, loadAs } from '../load.ts';
import { mayKnow } from '../permits.ts';
import { fieldId } from '../views/project-field.ts';
import { projectFor } from './project-permits.ts';

function itemOf(g: Context, project: Project, id: string): ProjectItem {
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

const typeName = ({ type }: ProjectField) => type.toLowerCase();

/** The value in the form that the field takes. Throws FieldRefusal. */
function valueFor(field: ProjectField, given: Value): ProjectValue {
  const all = { ...given };
  const key = field.type in wanted ? wanted[field.type as keyof typeof wanted] : undefined;
  if (!key) throw unprocessable(`The field of type ${typeName(field)} is not supported for updates`);
  const value = all[key];
  if (value == null || Object.values(all).filter((one) => one != null).length !== 1) {
    throw unprocessable(`Did not receive a ${typeName(field)} value to update a field of type ${typeName(field)}`);
  }
  if (field.type === 'SINGLE_SELECT' && !field.options.some(({ id }) => id === value)) {
    throw unprocessable('The single select option Id does not belong to the field');
  }
  if (field.type === 'ITERATION' && !field.iterations.some(({ id }) => id === value)) {
    throw unprocessable('The iteration Id does not belong to the field');
  }
  return value;
}

interface Place {
  readonly projectId: string;
  readonly itemId: string;
}

interface Cell extends Place {
  readonly fieldId: string;
}

const refuseArchived = ({ archived }: ProjectItem): void => {
  if (archived) throw unprocessable('The item is archived and cannot be updated');
};

function setCell(g: Context, cell: Cell, { name, value }: { name: string; value: Value | undefined }): View {
  const project = projectFor(g, cell.projectId, name);
  const item = itemOf(g, project, cell.itemId);
  const field = fieldOf(project, cell.fieldId);
  refuseArchived(item);
  const given = value && valueFor(field, value);
  if (!value && !(field.type in wanted)) {
    throw unprocessable(`The field of type ${typeName(field)} is not supported for updates`);
  }
  setProjectValue(g.state, { project, item, field }, { value: given, by: g.viewer });
  return { projectV2Item: () => g.show.projectItem(project, item) };
}

interface NewDraft {
  readonly projectId: string;
  readonly title: string;
  readonly body?: string | null;
  readonly assigneeIds?: readonly string[] | null;
}

interface ChangedDraft {
  readonly draftIssueId: string;
  readonly title?: string | null;
  readonly body?: string | null;
}

function changeDraft(g: Context, { draftIssueId, title, body }: ChangedDraft): View {
  const name = 'updateProjectV2DraftIssue';
  const { project, item, draft } = loadAs(g, 'DraftIssue', draftIssueId);
  projectFor(g, project, name);
  refuseArchived(item);
  if (title != null && title.trim() === '') throw unprocessable("Title can't be blank");
  draft.title = title ?? draft.title;
  draft.body = body ?? draft.body;
  draft.updatedAt = g.state.now();
  item.updatedAt = draft.updatedAt;
  return { draftIssue: () => g.show.draftIssue(project, item) };
}

const archiving =
  (name: string, archived: boolean) =>
  (g: Context, { projectId, itemId }: Place): View => {
    const project = projectFor(g, projectId, name);
    const item = itemOf(g, project, itemId);
    item.archived = archived;
    item.updatedAt = g.state.now();
    return { item: () => g.show.projectItem(project, item) };
  };

function move(g: Context, { projectId, itemId, afterId }: Place & { afterId?: string | null }): View {
  const project = projectFor(g, projectId, 'updateProjectV2ItemPosition');
  const item = itemOf(g, project, itemId);
  refuseArchived(item);
  const after = afterId ? itemOf(g, project, afterId) : undefined;
  if (after === item) throw unprocessable('An item cannot be placed after itself');
  moveProjectItem(g.state, project, { item, after });
  const { items } = g.show.project(project);
  return { items };
}

export const projects = {
  addProjectV2ItemById: (g: Context, { projectId, contentId }: { projectId: string; contentId: string }) => {
    const project = projectFor(g, projectId, 'addProjectV2ItemById');
    const content = load(g, contentId);
    const issue = content.type === 'Issue' ? content.issue : content.type === 'PullRequest' ? content.pull : undefined;
    if (!issue || !mayKnow(g, issue.repository)) throw noNode(contentId);
    const item = addProjectItem(g.state, project, { issue, by: g.viewer });
    return { item: () => g.show.projectItem(project, item) };
  },
  addProjectV2DraftIssue: (g: Context, { projectId, title, body, assigneeIds }: NewDraft) => {
    const project = projectFor(g, projectId, 'addProjectV2DraftIssue');
    if (title.trim() === '') throw unprocessable("Title can't be blank");
    const assignees = (assigneeIds ?? []).map((id) => loadAs(g, 'Account', id).account);
    const item = addDraftItem(g.state, project, { title, body: body ?? undefined, assignees, by: g.viewer });
    return { projectItem: () => g.show.projectItem(project, item) };
  },
  updateProjectV2DraftIssue: changeDraft,
  updateProjectV2ItemFieldValue: (g: Context, input: Cell & { value: Value }) =>
    setCell(g, input, { name: 'updateProjectV2ItemFieldValue', value: input.value }),
  clearProjectV2ItemFieldValue: (g: Context, input: Cell) =>
    setCell(g, input, { name: 'clearProjectV2ItemFieldValue', value: undefined }),
  archiveProjectV2Item: archiving('archiveProjectV2Item', true),
  unarchiveProjectV2Item: archiving('unarchiveProjectV2Item', false),
  updateProjectV2ItemPosition: move,
  deleteProjectV2Item: (g: Context, { projectId, itemId }: Place) => {
    const project = projectFor(g, projectId, 'deleteProjectV2Item');
    const item = itemOf(g, project, itemId);
    project.items.splice(project.items.indexOf(item), 1);
    return { deletedItemId: itemId };
  },
};
