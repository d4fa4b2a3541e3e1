import { expect, test } from 'vitest';
import { addDiscussion, addDiscussionComment } from '../../sandbox/model/discussions.ts';
import { nodeId } from '../../sandbox/model/node-id.ts';
import { withGraphql } from './graphql.fixture.ts';

const engine = (fields: string) => `{ repository(owner: "acme", name: "engine") { ${fields} } }`;

async function withTalk() {
  const tour = await withGraphql();
  const { state } = tour.sandbox;
  const repository = tour.repository('acme/engine');
  const [ada, linus] = [tour.account('ada'), tour.account('linus')];
  const question = addDiscussion(state, repository, {
    author: linus,
    title: 'How round?',
    body: 'Tell me.',
    category: 'q-a',
  });
  const idea = addDiscussion(state, repository, {
    author: ada,
    title: 'More shapes',
    body: 'Stars!',
    category: 'ideas',
  });
  const mutate = (name: string, payload: string) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
    return async (input: object, token?: string) => {
      const answer = await tour.ask(
        `mutation ($input: ${type}) { ${name}(input: $input) { ${payload} } }`,
        { input },
        token,
      );
      return { ...answer, payload: answer.data?.[name] };
    };
  };
  const questionId = nodeId('Discussion', question.id);
  return { ...tour, state, engine: repository, ada, linus, question, questionId, idea, mutate };
}

test('categories and discussions are listed, and filtered', async () => {
  await using stage = await withTalk();
  const { data } = await stage.ask(
    engine(
      'discussionCategories(first: 9) { nodes { id name slug isAnswerable } } discussionCategory(slug: "q-a") { id }',
    ),
  );
  const { discussionCategories, discussionCategory } = data.repository;
  expect(discussionCategories.nodes.map(({ slug }: { slug: string }) => slug)).toEqual([
    ...['announcements', 'general', 'ideas', 'q-a', 'show-and-tell'],
  ]);
  const titles = async (args: string) => {
    const { nodes } = (await stage.ask(engine(`discussions(first: 9${args}) { nodes { title } }`))).data.repository
      .discussions;
    return nodes.map(({ title }: { title: string }) => title);
  };
  expect(await titles(`, categoryId: "${discussionCategory.id}"`)).toEqual(['How round?']);
  expect(await titles(', answered: false')).toEqual(['How round?']);
  expect(await titles(', states: [CLOSED]')).toEqual([]);
  expect(await titles(', orderBy: { field: CREATED_AT, direction: ASC }')).toEqual(['How round?', 'More shapes']);
});

test('a discussion shows its comments with their replies', async () => {
  await using stage = await withTalk();
  const { state, question, ada, linus } = stage;
  const replyTo = addDiscussionComment(state, question, { author: ada, body: 'Very' });
  addDiscussionComment(state, question, { author: linus, body: 'Thanks', replyTo });
  const text =
    engine(`discussion(number: ${question.number}) { title body author { login } isAnswered upvoteCount category { name }
    comments(first: 5) { totalCount nodes { body isAnswer author { login } replies(first: 5) { nodes { body replyTo { body } } } } } }`);
  expect((await stage.ask(text)).data.repository.discussion).toEqual({
    ...{ title: 'How round?', body: 'Tell me.', author: { login: 'linus' }, isAnswered: false, upvoteCount: 1 },
    category: { name: 'Q&A' },
    comments: {
      totalCount: 1,
      nodes: [
        {
          ...{ body: 'Very', isAnswer: false, author: { login: 'ada' } },
          replies: { nodes: [{ body: 'Thanks', replyTo: { body: 'Very' } }] },
        },
      ],
    },
  });
  const missing = await stage.ask(engine('discussion(number: 99) { id }'));
  expect(missing.errors[0]).toMatchObject({ type: 'NOT_FOUND', path: ['repository', 'discussion'] });
});

test('a discussion is opened, changed, closed and opened again', async () => {
  await using stage = await withTalk();
  const { mutate, engine: repository } = stage;
  const category = async (slug: string) =>
    (await stage.ask(engine(`discussionCategory(slug: "${slug}") { id }`))).data.repository.discussionCategory.id;
  const create = mutate('createDiscussion', 'discussion { id number title category { slug } }');
  const input = { repositoryId: nodeId('Repository', repository.id), title: 'News', body: 'None.' };
  const news = await create({ ...input, categoryId: await category('announcements') }, 'ghp_linus');
  expect(news.errors[0]?.type).toBe('FORBIDDEN');
  const { discussion } = (await create({ ...input, categoryId: await category('general') }, 'ghp_linus')).payload;
  expect(discussion).toMatchObject({ number: 3, title: 'News', category: { slug: 'general' } });
  const update = mutate('updateDiscussion', 'discussion { title body category { slug } }');
  const changed = { discussionId: discussion.id, body: 'Some.', categoryId: await category('ideas') };
  expect((await update(changed, 'ghp_linus')).payload.discussion).toEqual({
    ...{ title: 'News', body: 'Some.', category: { slug: 'ideas' } },
  });
  const close = mutate('closeDiscussion', 'discussion { closed stateReason }');
  expect((await close({ discussionId: discussion.id, reason: 'OUTDATED' })).payload.discussion).toEqual({
    ...{ closed: true, stateReason: 'OUTDATED' },
  });
  const reopen = mutate('reopenDiscussion', 'discussion { closed stateReason }');
  expect((await reopen({ discussionId: discussion.id })).payload.discussion).toEqual({
    ...{ closed: false, stateReason: 'REOPENED' },
  });
  const remove = mutate('deleteDiscussion', 'discussion { number }');
  expect((await remove({ id: discussion.id }, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await remove({ id: discussion.id })).payload.discussion).toEqual({ number: 3 });
});

test('comments are written, changed and taken back, one level deep', async () => {
  await using stage = await withTalk();
  const { questionId: discussionId, mutate } = stage;
  const add = mutate('addDiscussionComment', 'comment { id body replyTo { id } }');
  const { comment } = (await add({ discussionId, body: 'Very' })).payload;
  const reply = (await add({ discussionId, body: 'Why?', replyToId: comment.id }, 'ghp_linus')).payload.comment;
  expect(reply.replyTo).toEqual({ id: comment.id });
  expect((await add({ discussionId, body: 'x', replyToId: reply.id })).errors[0]?.type).toBe('UNPROCESSABLE');
  const update = mutate('updateDiscussionComment', 'comment { body }');
  expect((await update({ commentId: comment.id, body: 'x' }, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await update({ commentId: comment.id, body: 'Quite' })).payload.comment).toEqual({ body: 'Quite' });
  const remove = mutate('deleteDiscussionComment', 'comment { id }');
  await remove({ id: comment.id });
  const text = engine(
    'discussion(number: 1) { comments(first: 2) { nodes { body deletedAt author { login } replies(first: 1) { totalCount } } } }',
  );
  const [left] = (await stage.ask(text)).data.repository.discussion.comments.nodes;
  expect(left).toEqual({ body: '', deletedAt: expect.any(String), author: null, replies: { totalCount: 1 } });
});

test('one comment of a question is its answer', async () => {
  await using stage = await withTalk();
  const { questionId: discussionId, idea, mutate } = stage;
  const add = mutate('addDiscussionComment', 'comment { id }');
  const { id } = (await add({ discussionId, body: 'Very' })).payload.comment;
  const mark = mutate(
    'markDiscussionCommentAsAnswer',
    'discussion { isAnswered answer { body isAnswer } answerChosenBy { login } }',
  );
  expect((await mark({ id }, 'ghp_linus')).payload.discussion).toEqual({
    ...{ isAnswered: true, answer: { body: 'Very', isAnswer: true }, answerChosenBy: { login: 'linus' } },
  });
  const other = (await add({ discussionId: nodeId('Discussion', idea.id), body: 'Yes' })).payload.comment;
  expect((await mark({ id: other.id })).errors[0]?.message).toContain('does not support answers');
  const unmark = mutate('unmarkDiscussionCommentAsAnswer', 'discussion { isAnswered }');
  expect((await unmark({ id })).payload.discussion).toEqual({ isAnswered: false });
});

test('a discussion is locked, labelled and voted for by those who may', async () => {
  await using stage = await withTalk();
  const { questionId, question, engine: repository, mutate } = stage;
  const lock = mutate('lockLockable', 'lockedRecord { locked }');
  expect((await lock({ lockableId: questionId }, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  const upvote = mutate('addUpvote', 'subject { upvoteCount viewerHasUpvoted }');
  expect((await upvote({ subjectId: questionId })).payload.subject).toEqual({ upvoteCount: 2, viewerHasUpvoted: true });
  expect((await lock({ lockableId: questionId })).payload.lockedRecord).toEqual({ locked: true });
  const unvote = mutate('removeUpvote', 'subject { upvoteCount }');
  expect((await unvote({ subjectId: questionId })).errors[0]?.type).toBe('FORBIDDEN');
  const unlock = mutate('unlockLockable', 'unlockedRecord { locked }');
  expect((await unlock({ lockableId: questionId })).payload.unlockedRecord).toEqual({ locked: false });
  expect((await unvote({ subjectId: questionId })).payload.subject).toEqual({ upvoteCount: 1 });
  const labelIds = repository.labels.slice(0, 2).map(({ id }) => nodeId('Label', id));
  const label = mutate('addLabelsToLabelable', 'labelable { labels(first: 5) { nodes { name } } }');
  const input = { labelableId: questionId, labelIds };
  expect((await label(input, 'ghp_linus')).errors[0]?.type).toBe('FORBIDDEN');
  expect((await label(input)).payload.labelable.labels.nodes).toHaveLength(2);
  const unlabel = mutate('removeLabelsFromLabelable', 'labelable { labels(first: 5) { nodes { name } } }');
  const left = (await unlabel({ ...input, labelIds: labelIds.slice(0, 1) })).payload.labelable.labels.nodes;
  expect(left).toEqual([{ name: question.labels[0]?.name }]);
  expect(stage.sandbox.unknown).toEqual([]);
});

test('discussions are reacted to and searched', async () => {
  await using stage = await withTalk();
  const { questionId, mutate, question } = stage;
  const react = mutate(
    'addReaction',
    'subject { ... on Discussion { number } reactionGroups { content viewerHasReacted } }',
  );
  const { subject } = (await react({ subjectId: questionId, content: 'EYES' })).payload;
  expect(subject.number).toBe(question.number);
  expect(subject.reactionGroups).toContainEqual({ content: 'EYES', viewerHasReacted: true });
  const search = async (q: string) => {
    const text =
      'query ($q: String!) { search(query: $q, type: DISCUSSION, first: 5) { discussionCount nodes { ... on Discussion { number } } } }';
    return (await stage.ask(text, { q })).data.search;
  };
  expect(await search('repo:acme/engine round')).toEqual({ discussionCount: 1, nodes: [{ number: question.number }] });
  expect((await search('org:acme is:unanswered')).discussionCount).toBe(1);
  expect((await search('author:ada -category:"Q&A"')).discussionCount).toBe(1);
  expect((await search('round -repo:acme/engine')).discussionCount).toBe(0);
  expect((await search('repo:acme/engine repo:acme/site created:>2000-01-01')).discussionCount).toBe(2);
  expect(stage.sandbox.unknown).toEqual([]);
  await search('shoesize:44');
  expect(stage.sandbox.unknown).toHaveLength(1);
});

test('where discussions are switched off there are none', async () => {
  await using stage = await withTalk();
  stage.engine.hasDiscussions = false;
  const { data } = await stage.ask(engine('hasDiscussionsEnabled discussions(first: 1) { totalCount }'));
  expect(data.repository).toEqual({ hasDiscussionsEnabled: false, discussions: { totalCount: 0 } });
});
