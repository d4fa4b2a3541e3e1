import { ConflictError, ValidationError } from '@mcp-servers/core';
import { applyEdits } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { categoryOf } from '../../read/discussions/index.ts';
import { given } from '../../read/given.ts';
import { type IssueName, issueLabel } from '../../read/issue.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { outcome, type Step, type Taken, takeSteps } from '../steps.ts';
import { repeatable } from '../writes.ts';
import { type DiscussionChange, type DiscussionWritten, labelsMeant, type Meant, notApplied } from './change.ts';
import {
  closeDiscussionQuery,
  createDiscussionQuery,
  reopenDiscussionQuery,
  type StoredDiscussion,
  updateDiscussionQuery,
} from './discussion.query.ts';
import { labelSteps } from './label-steps.ts';
import {
  commentHomeQuery,
  lockQuery,
  markAnswerQuery,
  removeUpvoteQuery,
  unlockQuery,
  unmarkAnswerQuery,
  upvoteQuery,
} from './marks.query.ts';
import { labelsOf, readStored } from './stored.ts';

type Changing = How & { readonly change: DiscussionChange };

/** A new discussion, then its labels, lock and vote; what of these fails is told, the discussion stays. */
export async function createDiscussion(
  github: GitHub,
  name: RepositoryName,
  how: Changing,
): Promise<DiscussionWritten> {
  const { change, call, planning } = how;
  const { title, body, category } = change;
  if (title === undefined || body === undefined || category === undefined) {
    throw new ValidationError('A new discussion needs title, body and category.', {
      hint: 'category is a name or slug of the repository. Give number to change a discussion.',
    });
  }
  const { id: categoryId, repository_id: repositoryId } = await categoryOf(github, { ...name, category }, call);
  const made = { id: '<discussion>', number: 0 };
  const labels = labelsMeant([], change);
  const labelling = await labelSteps(github, name, { id: () => made.id, have: [], wanted: labels ?? [], call });
  const create: Step = {
    name: 'create',
    async run() {
      const input = { repositoryId, categoryId, title, body };
      const planned = { createDiscussion: { discussion: made } };
      const answer = await github.graphql(createDiscussionQuery, { input }, { ...call, planned });
      Object.assign(made, answer.createDiscussion.discussion);
    },
  };
  const steps = [create, ...labelling, ...markSteps(github, { id: () => made.id, locked: false }, how)];
  const taken = await takeSteps(steps, how);
  if (planning) return {};
  const meant = { ...change, category: categoryId, labels, state: 'open' as const };
  return readBack(github, { ...name, number: made.number }, { meant, taken, call });
}

/** Only what is given changes; each part is done or told. */
export async function updateDiscussion(github: GitHub, name: IssueName, how: Changing): Promise<DiscussionWritten> {
  const { change, call, planning } = how;
  const before = await readStored(github, name, call);
  checkVersion(issueLabel(name), before.updatedAt, change.expected_updated_at);
  const body = change.edits ? applyEdits(before.body, change.edits) : change.body;
  const category = change.category && (await categoryOf(github, { ...name, category: change.category }, call)).id;
  const have = labelsOf(before);
  const labels = labelsMeant(
    have.map((label) => label.name),
    change,
  );
  const id = () => before.id;
  const labelling = labels ? await labelSteps(github, name, { id, have, wanted: labels, call }) : [];
  await checkAnswer(github, before, { answer: change.answer, call });
  const fields = given({ title: change.title, body, categoryId: category });
  const sending = repeatable(call);
  const edit: Step = {
    name: 'change',
    run: () =>
      github.graphql<unknown>(updateDiscussionQuery, { input: { discussionId: before.id, ...fields } }, sending),
  };
  const steps = [
    ...openSteps(github, before, how),
    ...(Object.keys(fields).length > 0 ? [edit] : []),
    ...labelling,
    ...answerSteps(github, before, how),
    ...markSteps(github, { id, locked: before.locked, upvoted: before.viewerHasUpvoted }, how),
    ...closeSteps(github, before, how),
  ];
  const taken = await takeSteps(steps, how);
  if (planning) return {};
  return readBack(github, name, { meant: { ...change, body, category, labels }, taken, call });
}

/** First of all, because a locked or closed one may take less. */
function openSteps(github: GitHub, { id, closed, locked }: StoredDiscussion, how: Changing): Step[] {
  const { state, locked: lock } = how.change;
  const unlock = { input: { lockableId: id } };
  const reopen = { input: { discussionId: id } };
  return [
    ...(lock === false && locked
      ? [{ name: 'unlock', run: () => github.graphql<unknown>(unlockQuery, unlock, repeatable(how.call)) }]
      : []),
    ...(state === 'open' && closed
      ? [{ name: 'reopen', run: () => github.graphql<unknown>(reopenDiscussionQuery, reopen, repeatable(how.call)) }]
      : []),
  ];
}

function closeSteps(github: GitHub, { id, closed, stateReason }: StoredDiscussion, how: Changing): Step[] {
  const { state, state_reason } = how.change;
  const isSo = closed && (state_reason === undefined || stateReason === state_reason.toUpperCase());
  if (state !== 'closed' || isSo) return [];
  const input = { discussionId: id, reason: (state_reason ?? 'resolved').toUpperCase() };
  return [{ name: 'close', run: () => github.graphql<unknown>(closeDiscussionQuery, { input }, repeatable(how.call)) }];
}

interface Marked {
  readonly id: () => string;
  readonly locked: boolean;
  /** Whoever opens a discussion votes for it. */
  readonly upvoted?: boolean;
}

/** The vote before the lock, which ends voting. */
function markSteps(github: GitHub, { id, locked, upvoted = true }: Marked, how: Changing): Step[] {
  const { upvote, locked: lock } = how.change;
  const vote = upvote ? upvoteQuery : removeUpvoteQuery;
  const voting = () => github.graphql<unknown>(vote, { input: { subjectId: id() } }, repeatable(how.call));
  const locking = () => github.graphql<unknown>(lockQuery, { input: { lockableId: id() } }, repeatable(how.call));
  return [
    ...(upvote !== undefined && upvote !== upvoted ? [{ name: 'upvote', run: voting }] : []),
    ...(lock === true && !locked ? [{ name: 'lock', run: locking }] : []),
  ];
}

function answerSteps(github: GitHub, { answer: now }: StoredDiscussion, how: Changing): Step[] {
  const { answer } = how.change;
  if (answer === undefined || answer === (now?.id ?? null)) return [];
  const query = answer === null ? unmarkAnswerQuery : markAnswerQuery;
  const input = { id: answer ?? now?.id };
  return [{ name: 'answer', run: () => github.graphql<unknown>(query, { input }, repeatable(how.call)) }];
}

/** GitHub would mark it in whatever discussion it is. */
async function checkAnswer(
  github: GitHub,
  { id, category }: StoredDiscussion,
  { answer, call }: { answer: string | null | undefined; call: GitHubCall },
): Promise<void> {
  if (answer === undefined || answer === null) return;
  if (!category.isAnswerable) {
    throw new ConflictError(`Discussions of the category "${category.name}" have no answers.`, {
      hint: 'Give category, too, to move it to one that has, in a call of its own before.',
    });
  }
  const { node } = await github.graphql(commentHomeQuery, { id: answer }, call);
  if (node?.discussion?.id === id) return;
  throw new ValidationError('answer: that is no comment of this discussion.', {
    hint: 'github_discussions with number shows the ids of its comments.',
  });
}

async function readBack(
  github: GitHub,
  name: IssueName,
  { meant, taken, call }: { meant: Meant; taken: Taken; call: GitHubCall },
): Promise<DiscussionWritten> {
  const now = await readStored(github, name, call);
  return {
    ...{ number: now.number, url: now.url, state: now.closed ? 'closed' : 'open', updated_at: now.updatedAt },
    ...outcome(taken, notApplied(now, meant, taken)),
  };
}
