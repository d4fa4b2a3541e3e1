import * as z from 'zod';
import { query } from './query.ts';

const Repository = z.object({ nameWithOwner: z.string(), isPrivate: z.boolean() });
const Project = z.object({ title: z.string(), public: z.boolean() });
const Node = z.object({
  __typename: z.string(),
  id: z.string().optional(),
  nameWithOwner: z.string().optional(),
  isPrivate: z.boolean().optional(),
  repository: Repository.optional(),
  discussion: z.object({ repository: Repository }).nullish(),
});
type Node = z.infer<typeof Node>;

const ProjectNode = z.object({
  title: z.string().optional(),
  public: z.boolean().optional(),
  project: Project.nullish(),
  projectsV2: z.object({ nodes: z.array(Project.nullable()).nullish() }).nullish(),
});
type ProjectNode = z.infer<typeof ProjectNode>;

/** Where the things behind node ids are. */
export const placesQuery = query({
  name: 'Places',
  text: `query Places($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Repository { nameWithOwner isPrivate }
    ... on RepositoryNode { repository { nameWithOwner isPrivate } }
    ... on PullRequestReviewThread { repository { nameWithOwner isPrivate } }
    ... on Label { repository { nameWithOwner isPrivate } }
    ... on Milestone { repository { nameWithOwner isPrivate } }
    ... on Ref { repository { nameWithOwner isPrivate } }
    ... on Commit { repository { nameWithOwner isPrivate } }
    ... on CheckRun { repository { nameWithOwner isPrivate } }
    ... on CheckSuite { repository { nameWithOwner isPrivate } }
    ... on Release { repository { nameWithOwner isPrivate } }
    ... on DiscussionComment { discussion { repository { nameWithOwner isPrivate } } }
  }
}`,
  schema: z.object({ nodes: z.array(Node.nullable()) }),
  names: { nodes: ['ids'] },
});

/**
 * The same of what belongs to a project. Apart, because GitHub refuses a query with any field of a project to a classic token without the
 * scope for it, whatever the ids are.
 */
export const projectPlacesQuery = query({
  name: 'ProjectPlaces',
  text: `query ProjectPlaces($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ProjectV2 { title public }
    ... on ProjectV2Item { project { title public } }
    ... on ProjectV2FieldCommon { project { title public } }
    ... on DraftIssue { projectsV2(first: 1) { nodes { title public } } }
  }
}`,
  schema: z.object({ nodes: z.array(ProjectNode.nullable()) }),
  names: { nodes: ['ids'] },
});

/** What a node id stands for, as far as a policy is concerned. */
export type Place =
  | { readonly kind: 'repository'; readonly full_name: string; readonly private?: boolean }
  | { readonly kind: 'project'; readonly name: string; readonly public: boolean }
  /** A user, an organisation or something of theirs that holds no text. */
  | { readonly kind: 'account' }
  | { readonly kind: 'unknown'; readonly type: string };

const accounts = /^(User|Organization|Bot|Mannequin|Team|IssueType)$/;

export function placeOf(node: Node | null | undefined): Place {
  if (!node) return { kind: 'unknown', type: 'nothing that this credential can see' };
  const own =
    node.nameWithOwner === undefined
      ? undefined
      : { nameWithOwner: node.nameWithOwner, isPrivate: node.isPrivate ?? true };
  const repository = own ?? node.repository ?? node.discussion?.repository;
  if (repository) return { kind: 'repository', full_name: repository.nameWithOwner, private: repository.isPrivate };
  return accounts.test(node.__typename) ? { kind: 'account' } : { kind: 'unknown', type: node.__typename };
}

/** Whether `projectPlacesQuery` is to be asked. */
export const isOfProject = (node: Node | null | undefined): boolean =>
  /^(ProjectV2|DraftIssue)/.test(node?.__typename ?? '');

export function projectPlaceOf(node: ProjectNode | null | undefined): Place {
  const own = node?.public === undefined ? undefined : { title: node.title ?? '', public: node.public };
  const project = own ?? node?.project ?? node?.projectsV2?.nodes?.[0];
  if (!project) return { kind: 'unknown', type: 'part of a project that this credential cannot see' };
  return { kind: 'project', name: `the project "${project.title}"`, public: project.public };
}
