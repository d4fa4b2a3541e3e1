import * as z from 'zod';
import { query } from '../../client/index.ts';

const Held = z.object({
  text: z.string().nullish(),
  number: z.number().nullish(),
  date: z.string().nullish(),
  singleSelectOptionId: z.string().nullish(),
  iterationId: z.string().nullish(),
  field: z.object({ id: z.string().optional() }).optional(),
});

const Draft = z.object({ id: z.string(), title: z.string(), body: z.string(), updatedAt: z.string() });
export type StoredDraft = z.infer<typeof Draft>;

const Stored = z.object({
  id: z.string(),
  type: z.string(),
  isArchived: z.boolean(),
  project: z.object({ id: z.string() }),
  content: Draft.partial().nullish(),
  fieldValues: z.object({ nodes: z.array(Held.nullable()).nullish() }),
});
/** All of an item that can be written, as it is. */
export type StoredItem = z.infer<typeof Stored>;

const field = 'field { ... on ProjectV2FieldCommon { id } }';

export const storedItemQuery = query({
  name: 'StoredItem',
  text: `query StoredItem($id: ID!) {
  node(id: $id) {
    __typename
    ... on ProjectV2Item {
      id type isArchived
      project { id }
      content { ... on DraftIssue { id title body updatedAt } }
      fieldValues(first: 100) {
        nodes {
          ... on ProjectV2ItemFieldTextValue { text ${field} }
          ... on ProjectV2ItemFieldNumberValue { number ${field} }
          ... on ProjectV2ItemFieldDateValue { date ${field} }
          ... on ProjectV2ItemFieldSingleSelectValue { singleSelectOptionId: optionId ${field} }
          ... on ProjectV2ItemFieldIterationValue { iterationId ${field} }
        }
      }
    }
  }
}`,
  schema: z.object({ node: z.union([Stored, z.object({ project: z.undefined().optional() })]).nullable() }),
  names: { nodes: ['id'] },
});

const Placed = z.object({
  id: z.string(),
  projectItems: z.object({
    nodes: z.array(z.object({ id: z.string(), project: z.object({ id: z.string() }) }).nullable()).nullish(),
  }),
});
const placed = 'id projectItems(first: 100, includeArchived: true) { nodes { id project { id } } }';

/** From the side of the issue, because a narrow token cannot read all items of a project. */
export const contentQuery = query({
  name: 'ProjectContent',
  text: `query ProjectContent($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    nameWithOwner
    isPrivate
    issueOrPullRequest(number: $number) { __typename ... on Issue { ${placed} } ... on PullRequest { ${placed} } }
  }
}`,
  schema: z.object({ repository: z.object({ issueOrPullRequest: Placed.nullable() }) }),
  names: { repositories: [['owner', 'repo']] },
});

const Id = z.object({ id: z.string() });
const inProject = ['input.projectId', 'input.itemId'];

/** GitHub shows the item to those alone who may see the issue, so that nothing is said by adding it. */
export const addItemQuery = query({
  name: 'AddProjectItem',
  text: `mutation AddProjectItem($input: AddProjectV2ItemByIdInput!) {
  addProjectV2ItemById(input: $input) { item { id } }
}`,
  schema: z.object({ addProjectV2ItemById: z.object({ item: Id }) }),
  names: { nodes: ['input.projectId', 'input.contentId'], quiet: true },
});

export const addDraftQuery = query({
  name: 'AddDraft',
  text: `mutation AddDraft($input: AddProjectV2DraftIssueInput!) {
  addProjectV2DraftIssue(input: $input) { projectItem { id } }
}`,
  schema: z.object({ addProjectV2DraftIssue: z.object({ projectItem: Id }) }),
  names: { nodes: ['input.projectId'] },
});

export const updateDraftQuery = query({
  name: 'UpdateDraft',
  text: `mutation UpdateDraft($input: UpdateProjectV2DraftIssueInput!) {
  updateProjectV2DraftIssue(input: $input) { draftIssue { id } }
}`,
  schema: z.object({ updateProjectV2DraftIssue: z.object({ draftIssue: Id }) }),
  names: { nodes: ['input.draftIssueId'] },
});

const cell = [...inProject, 'input.fieldId'];

export const setValueQuery = query({
  name: 'SetProjectValue',
  text: `mutation SetProjectValue($input: UpdateProjectV2ItemFieldValueInput!) {
  updateProjectV2ItemFieldValue(input: $input) { projectV2Item { id } }
}`,
  schema: z.object({ updateProjectV2ItemFieldValue: z.object({ projectV2Item: Id }) }),
  names: { nodes: cell },
});

export const clearValueQuery = query({
  name: 'ClearProjectValue',
  text: `mutation ClearProjectValue($input: ClearProjectV2ItemFieldValueInput!) {
  clearProjectV2ItemFieldValue(input: $input) { projectV2Item { id } }
}`,
  schema: z.object({ clearProjectV2ItemFieldValue: z.object({ projectV2Item: Id }) }),
  names: { nodes: cell },
});

export const archiveQuery = query({
  name: 'ArchiveItem',
  text: 'mutation ArchiveItem($input: ArchiveProjectV2ItemInput!) { archiveProjectV2Item(input: $input) { item { id } } }',
  schema: z.object({ archiveProjectV2Item: z.object({ item: Id }) }),
  names: { nodes: inProject, quiet: true },
});

export const unarchiveQuery = query({
  name: 'UnarchiveItem',
  text: `mutation UnarchiveItem($input: UnarchiveProjectV2ItemInput!) {
  unarchiveProjectV2Item(input: $input) { item { id } }
}`,
  schema: z.object({ unarchiveProjectV2Item: z.object({ item: Id }) }),
  names: { nodes: inProject, quiet: true },
});

/** How many items from the top are looked at to see where one is now. */
const itemsSeen = 100;

export const moveQuery = query({
  name: 'MoveItem',
  text: `mutation MoveItem($input: UpdateProjectV2ItemPositionInput!) {
  updateProjectV2ItemPosition(input: $input) { items(first: ${itemsSeen}) { nodes { id } } }
}`,
  schema: z.object({
    updateProjectV2ItemPosition: z.object({ items: z.object({ nodes: z.array(Id.nullable()).nullish() }).nullish() }),
  }),
  names: { nodes: [...inProject, 'input.afterId'], quiet: true },
});

export const deleteItemQuery = query({
  name: 'DeleteProjectItem',
  text: `mutation DeleteProjectItem($input: DeleteProjectV2ItemInput!) {
  deleteProjectV2Item(input: $input) { deletedItemId }
}`,
  schema: z.object({ deleteProjectV2Item: z.object({ deletedItemId: z.string().nullish() }).nullable() }),
  names: { nodes: inProject },
});
