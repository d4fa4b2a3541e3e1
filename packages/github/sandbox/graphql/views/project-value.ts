import type { Issue } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import type { Project, ProjectField, ProjectItem } from '../../model/projects.ts';
import { iso } from '../../model/state.ts';
import { list } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { byId } from './account.ts';
import { configuration } from './project-field.ts';
import { html } from './written.ts';

export interface Cell {
  readonly project: Project;
  readonly item: ProjectItem;
  readonly field: ProjectField;
}

const issueOf = ({ content }: ProjectItem): Issue | undefined => ('issue' in content ? content.issue : undefined);

/** Fields that have something in them. */
export const valuesOf = ({ project, item }: Omit<Cell, 'field'>): ProjectField[] =>
  project.fields.filter((field) => isFilled(item, field));

function isFilled(item: ProjectItem, { type, id }: ProjectField): boolean {
  const issue = issueOf(item);
  switch (type) {
    case 'TITLE':
      return true;
    case 'ASSIGNEES':
      return 'draft' in item.content ? item.content.draft.assignees.length > 0 : issue?.assignees.length !== 0;
    case 'LABELS':
      return issue !== undefined && issue.labels.length > 0;
    case 'MILESTONE':
      return issue?.milestone !== undefined;
    case 'REPOSITORY':
      return issue !== undefined;
    default:
      return item.values.has(id);
  }
}

/** What is in a cell, as the type of its field has it. */
export function fieldValue(g: Context, cell: Cell): View {
  const { item, field, project } = cell;
  const issue = issueOf(item);
  const shown = { field: () => configuration(g, project, field) };
  switch (field.type) {
    case 'TITLE': {
      const text = 'draft' in item.content ? item.content.draft.title : issue?.title;
      return { __typename: 'ProjectV2ItemFieldTextValue', ...common(g, cell), text };
    }
    case 'ASSIGNEES': {
      const users = 'draft' in item.content ? item.content.draft.assignees : (issue?.assignees ?? []);
      return {
        __typename: 'ProjectV2ItemFieldUserValue',
        ...shown,
        users: list(
          () => users,
          (user) => g.show.user(user),
          byId,
        ),
      };
    }
    case 'LABELS': {
      const view = (label: Issue['labels'][number]) => (issue ? g.show.label(issue.repository, label) : null);
      return {
        __typename: 'ProjectV2ItemFieldLabelValue',
        ...shown,
        labels: list(() => issue?.labels ?? [], view, byId),
      };
    }
    case 'MILESTONE':
      return {
        __typename: 'ProjectV2ItemFieldMilestoneValue',
        ...shown,
        milestone: () => (issue?.milestone ? g.show.milestone(issue.repository, issue.milestone) : null),
      };
    case 'REPOSITORY':
      return {
        __typename: 'ProjectV2ItemFieldRepositoryValue',
        ...shown,
        repository: () => (issue ? g.show.repository(issue.repository) : null),
      };
    default:
      return { ...common(g, cell), ...own(cell) };
  }
}

function common(g: Context, { project, item, field }: Cell): View {
  const held = item.values.get(field.id);
  return {
    id: nodeId('ProjectV2ItemFieldValue', `${item.id}:${field.id}`),
    databaseId: field.id,
    createdAt: iso(held?.at ?? item.createdAt),
    updatedAt: iso(held?.at ?? item.updatedAt),
    creator: () => g.show.account(held?.by ?? item.creator),
    field: () => configuration(g, project, field),
    item: () => g.show.projectItem(project, item),
  };
}

/** Of fields that people fill in. */
function own({ item, field }: Cell): View {
  const value = item.values.get(field.id)?.value;
  switch (field.type) {
    case 'NUMBER':
      return { __typename: 'ProjectV2ItemFieldNumberValue', number: value };
    case 'DATE':
      return { __typename: 'ProjectV2ItemFieldDateValue', date: value };
    case 'SINGLE_SELECT': {
      const { name = null, color = 'GRAY', description = '' } = field.options.find(({ id }) => id === value) ?? {};
      return {
        __typename: 'ProjectV2ItemFieldSingleSelectValue',
        ...{ optionId: value, name, nameHTML: name, color, description, descriptionHTML: html(description) },
      };
    }
    case 'ITERATION': {
      const { title = '', startDate, duration = 0 } = field.iterations.find(({ id }) => id === value) ?? {};
      return {
        __typename: 'ProjectV2ItemFieldIterationValue',
        ...{ iterationId: value, title, titleHTML: title, startDate, duration },
      };
    }
    default:
      return { __typename: 'ProjectV2ItemFieldTextValue', text: value };
  }
}
