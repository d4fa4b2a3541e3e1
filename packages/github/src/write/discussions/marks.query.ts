import * as z from 'zod';
import { query } from '../../client/index.ts';

const Done = z.record(z.string(), z.unknown());
const home = '... on Discussion { repository { nameWithOwner } }';

export const lockQuery = query({
  name: 'LockDiscussion',
  text: `mutation LockDiscussion($input: LockLockableInput!) {
  lockLockable(input: $input) { lockedRecord { locked ${home} } }
}`,
  schema: Done,
  names: { nodes: ['input.lockableId'] },
});

export const unlockQuery = query({
  name: 'UnlockDiscussion',
  text: `mutation UnlockDiscussion($input: UnlockLockableInput!) {
  unlockLockable(input: $input) { unlockedRecord { locked ${home} } }
}`,
  schema: Done,
  names: { nodes: ['input.lockableId'] },
});

export const addLabelsQuery = query({
  name: 'LabelDiscussion',
  text: `mutation LabelDiscussion($input: AddLabelsToLabelableInput!) {
  addLabelsToLabelable(input: $input) { labelable { viewerCanLabel ${home} } }
}`,
  schema: Done,
  names: { nodes: ['input.labelableId', 'input.labelIds'] },
});

export const removeLabelsQuery = query({
  name: 'UnlabelDiscussion',
  text: `mutation UnlabelDiscussion($input: RemoveLabelsFromLabelableInput!) {
  removeLabelsFromLabelable(input: $input) { labelable { viewerCanLabel ${home} } }
}`,
  schema: Done,
  names: { nodes: ['input.labelableId', 'input.labelIds'] },
});

/** A vote says nothing. */
export const upvoteQuery = query({
  name: 'Upvote',
  text: `mutation Upvote($input: AddUpvoteInput!) { addUpvote(input: $input) { subject { viewerHasUpvoted ${home} } } }`,
  schema: Done,
  names: { nodes: ['input.subjectId'], quiet: true },
});

export const removeUpvoteQuery = query({
  name: 'RemoveUpvote',
  text: `mutation RemoveUpvote($input: RemoveUpvoteInput!) {
  removeUpvote(input: $input) { subject { viewerHasUpvoted ${home} } }
}`,
  schema: Done,
  names: { nodes: ['input.subjectId'], quiet: true },
});

const answered = 'discussion { isAnswered repository { nameWithOwner } }';

export const markAnswerQuery = query({
  name: 'MarkAnswer',
  text: `mutation MarkAnswer($input: MarkDiscussionCommentAsAnswerInput!) {
  markDiscussionCommentAsAnswer(input: $input) { ${answered} }
}`,
  schema: Done,
  names: { nodes: ['input.id'] },
});

export const unmarkAnswerQuery = query({
  name: 'UnmarkAnswer',
  text: `mutation UnmarkAnswer($input: UnmarkDiscussionCommentAsAnswerInput!) {
  unmarkDiscussionCommentAsAnswer(input: $input) { ${answered} }
}`,
  schema: Done,
  names: { nodes: ['input.id'] },
});

export const commentHomeQuery = query({
  name: 'CommentHome',
  text: `query CommentHome($id: ID!) {
  node(id: $id) { __typename ... on DiscussionComment { discussion { id repository { nameWithOwner } } } }
}`,
  schema: z.object({ node: z.object({ discussion: z.object({ id: z.string() }).nullish() }).nullable() }),
  names: { nodes: ['id'] },
});
