import * as z from 'zod';
import { query } from '../../client/index.ts';
import { PageInfo } from '../listing/index.ts';

const Project = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  shortDescription: z.string().nullish(),
  closed: z.boolean(),
  public: z.boolean(),
  updatedAt: z.string(),
  url: z.string(),
  items: z.object({ totalCount: z.number() }),
});
export type ProjectNode = z.infer<typeof Project>;

export const projectsQuery = query({
  name: 'Projects',
  text: `query Projects($owner: String!, $first: Int!, $after: String, $search: String) {
  repositoryOwner(login: $owner) {
    login
    ... on ProjectV2Owner {
      projectsV2(first: $first, after: $after, query: $search) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { id number title shortDescription closed public updatedAt url items(first: 1) { totalCount } }
      }
    }
  }
}`,
  schema: z.object({
    repositoryOwner: z
      .object({
        login: z.string(),
        projectsV2: z.object({
          totalCount: z.number(),
          pageInfo: PageInfo,
          nodes: z.array(Project.nullable()).nullish(),
        }),
      })
      .nullable(),
  }),
  names: { accounts: ['owner'] },
});

const Iteration = z.object({ id: z.string(), title: z.string(), startDate: z.string() });
export const Field = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  dataType: z.string().optional(),
  options: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  configuration: z.object({ iterations: z.array(Iteration), completedIterations: z.array(Iteration) }).optional(),
});
export type FieldNode = z.infer<typeof Field>;

const Value = z.object({
  text: z.string().nullish(),
  number: z.number().nullish(),
  date: z.string().nullish(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  field: z.object({ name: z.string().optional() }).optional(),
});
const Item = z.object({
  id: z.string(),
  type: z.string(),
  isArchived: z.boolean(),
  content: z
    .object({
      number: z.number().optional(),
      title: z.string().optional(),
      body: z.string().optional(),
      updatedAt: z.string().optional(),
      state: z.string().optional(),
      prState: z.string().optional(),
      repository: z.object({ nameWithOwner: z.string() }).optional(),
    })
    .nullish(),
  fieldValues: z.object({ nodes: z.array(Value.nullable()).nullish() }),
});
export type ItemNode = z.infer<typeof Item>;

/** Of a node of `fields`. */
export const fieldParts = `
  ... on ProjectV2FieldCommon { id name dataType }
  ... on ProjectV2SingleSelectField { options { id name } }
  ... on ProjectV2IterationField {
    configuration { iterations { id title startDate } completedIterations { id title startDate } }
  }`;

export const projectQuery = query({
  name: 'Project',
  text: `query Project($owner: String!, $number: Int!, $first: Int!, $after: String) {
  repositoryOwner(login: $owner) {
    login
    ... on ProjectV2Owner {
      projectV2(number: $number) {
        id number title shortDescription readme closed public updatedAt url
        fields(first: 100) { nodes { ${fieldParts} } }
        items(first: $first, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes {
            id type isArchived
            content {
              ... on Issue { number title state repository { nameWithOwner isPrivate } }
              ... on PullRequest { number title prState: state repository { nameWithOwner isPrivate } }
              ... on DraftIssue { title body updatedAt }
            }
            fieldValues(first: 20) {
              nodes {
                ... on ProjectV2ItemFieldTextValue { text field { ... on ProjectV2FieldCommon { name } } }
                ... on ProjectV2ItemFieldNumberValue { number field { ... on ProjectV2FieldCommon { name } } }
                ... on ProjectV2ItemFieldDateValue { date field { ... on ProjectV2FieldCommon { name } } }
                ... on ProjectV2ItemFieldSingleSelectValue { name field { ... on ProjectV2FieldCommon { name } } }
                ... on ProjectV2ItemFieldIterationValue { title field { ... on ProjectV2FieldCommon { name } } }
              }
            }
          }
        }
      }
    }
  }
}`,
  schema: z.object({
    repositoryOwner: z
      .object({
        login: z.string(),
        projectV2: Project.extend({
          readme: z.string().nullish(),
          fields: z.object({ nodes: z.array(Field.nullable()).nullish() }),
          items: z.object({ totalCount: z.number(), pageInfo: PageInfo, nodes: z.array(Item.nullable()).nullish() }),
        }).nullable(),
      })
      .nullable(),
  }),
  names: { accounts: ['owner'] },
});
