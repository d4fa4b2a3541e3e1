import * as z from 'zod';
import { query } from '../../client/index.ts';
import { Field, fieldParts } from '../../read/projects/index.ts';

const Project = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  shortDescription: z.string().nullish(),
  readme: z.string().nullish(),
  public: z.boolean(),
  closed: z.boolean(),
  updatedAt: z.string(),
  url: z.string(),
});

const Stored = Project.extend({ fields: z.object({ nodes: z.array(Field.nullable()).nullish() }) });
/** A project with the fields that its items have. */
export type StoredProject = z.infer<typeof Stored>;

const names = { accounts: ['owner'] };

export const ownerQuery = query({
  name: 'ProjectOwner',
  text: 'query ProjectOwner($owner: String!) { repositoryOwner(login: $owner) { id login } }',
  schema: z.object({ repositoryOwner: z.object({ id: z.string(), login: z.string() }).nullable() }),
  names,
});

export const storedProjectQuery = query({
  name: 'StoredProject',
  text: `query StoredProject($owner: String!, $number: Int!) {
  repositoryOwner(login: $owner) {
    login
    ... on ProjectV2Owner {
      projectV2(number: $number) {
        id number title shortDescription readme public closed updatedAt url
        fields(first: 100) { nodes { ${fieldParts} } }
      }
    }
  }
}`,
  schema: z.object({
    repositoryOwner: z.object({ login: z.string(), projectV2: Stored.nullish() }).nullable(),
  }),
  names,
});

const Written = z.object({ projectV2: z.object({ id: z.string(), number: z.number() }) });

export const createProjectQuery = query({
  name: 'CreateProject',
  text: `mutation CreateProject($input: CreateProjectV2Input!) {
  createProjectV2(input: $input) { projectV2 { id number } }
}`,
  schema: z.object({ createProjectV2: Written }),
  names: { accounts: ['input.ownerId'] },
});

export const updateProjectQuery = query({
  name: 'UpdateProject',
  text: `mutation UpdateProject($input: UpdateProjectV2Input!) {
  updateProjectV2(input: $input) { projectV2 { id number } }
}`,
  schema: z.object({ updateProjectV2: Written }),
  names: { nodes: ['input.projectId'], publishes: ['input.public'] },
});

export const deleteProjectQuery = query({
  name: 'DeleteProject',
  text: `mutation DeleteProject($input: DeleteProjectV2Input!) {
  deleteProjectV2(input: $input) { projectV2 { id number } }
}`,
  schema: z.object({ deleteProjectV2: z.object({ projectV2: z.object({ id: z.string() }).nullish() }).nullable() }),
  names: { nodes: ['input.projectId'] },
});
