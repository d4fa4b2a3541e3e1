/** Prefixes of GitHub's node ids, by GraphQL type. */
const prefixes: Readonly<Record<string, string>> = {
  User: 'U',
  Organization: 'O',
  Repository: 'R',
  Issue: 'I',
  PullRequest: 'PR',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  PullRequestReviewComment: 'PRRC',
  PullRequestReviewThread: 'PRRT',
  Commit: 'C',
  Ref: 'REF',
  Label: 'LA',
  Milestone: 'MI',
  Release: 'RE',
  Discussion: 'D',
  DiscussionComment: 'DC',
  Gist: 'G',
  ProjectV2: 'PVT',
  ProjectV2Item: 'PVTI',
};

/** The opaque id of a thing across REST and GraphQL. */
export const nodeId = (type: string, id: number | string): string =>
  `${prefixes[type] ?? type.replaceAll(/[a-z]/g, '')}_${Buffer.from(`${type}:${id}`).toString('base64url')}`;

/** What `nodeId` was given. */
export function parseNodeId(value: string): { type: string; id: string } | undefined {
  const [type, id] = splitOnce(Buffer.from(value.slice(value.indexOf('_') + 1), 'base64url').toString(), ':');
  return id === undefined || nodeId(type, id) !== value ? undefined : { type, id };
}

function splitOnce(value: string, by: string): [string, string | undefined] {
  const at = value.indexOf(by);
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)];
}
