import * as z from 'zod';
import { type GitHub, type GraphqlCall, query } from '../../client/index.ts';
import { type Issue, type IssueName, readIssue } from '../../read/issue.ts';

/** REST can close as a duplicate, but not say of what. */
export const closeDuplicateQuery = query({
  name: 'CloseAsDuplicate',
  text: `mutation CloseAsDuplicate($input: CloseIssueInput!) {
  closeIssue(input: $input) { issue { number state stateReason repository { nameWithOwner } } }
}`,
  schema: z.object({ closeIssue: z.object({ issue: z.object({ state: z.string() }).nullable() }).nullable() }),
  names: { nodes: ['input.issueId', 'input.duplicateIssueId'] },
});

/** Closes an issue as a duplicate of another one of the same repository. */
export async function closeAsDuplicate(
  github: GitHub,
  name: IssueName,
  { of, before, call }: { of: number; before: Issue; call: GraphqlCall },
): Promise<void> {
  const { planned: _, ...reading } = call;
  const original = await readIssue(github, { ...name, number: of }, reading);
  const input = { issueId: before.node_id, duplicateIssueId: original.node_id, stateReason: 'DUPLICATE' };
  await github.graphql(closeDuplicateQuery, { input }, call);
}
