/**
 * What GitHub has and the schema of `@octokit/graphql-schema` 15.26 does not have yet: dependencies, types and duplicates of issues.
 * Source: GitHub's public GraphQL reference, objects Issue and IssueType, mutations addBlockedBy and removeBlockedBy.
 */
export const additions = `
extend type Issue {
  blockedBy(after: String, before: String, first: Int, last: Int): IssueConnection!
  blocking(after: String, before: String, first: Int, last: Int): IssueConnection!
  issueType: IssueType
  duplicateOf: Issue
}

type IssueType implements Node {
  id: ID!
  name: String!
  description: String
  color: IssueTypeColor!
  isEnabled: Boolean!
}

enum IssueTypeColor { BLUE GRAY GREEN ORANGE PINK PURPLE RED YELLOW }

extend type Mutation {
  addBlockedBy(input: AddBlockedByInput!): AddBlockedByPayload
  removeBlockedBy(input: RemoveBlockedByInput!): RemoveBlockedByPayload
}

input AddBlockedByInput { blockingIssueId: ID! clientMutationId: String issueId: ID! }
input RemoveBlockedByInput { blockingIssueId: ID! clientMutationId: String issueId: ID! }
type AddBlockedByPayload { blockingIssue: Issue clientMutationId: String issue: Issue }
type RemoveBlockedByPayload { blockingIssue: Issue clientMutationId: String issue: Issue }
`;
