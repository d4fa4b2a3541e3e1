import { actorWith, canSee, isHiddenBySaml, partialHeader, repositoryOf } from '../access.ts';
import { type Area, actorOf, bodyOf, type Call, page, param, text } from '../call.ts';
import type { Account } from '../model/accounts.ts';
import { inboxNow, markRead, type NotificationThread, watchesOf } from '../model/notifications.ts';
import type { Repository } from '../model/repository.ts';
import { iso } from '../model/state.ts';
import { notFound } from '../refusal.ts';
import { accepted, noContent, ok, type Reply } from '../reply.ts';
import { isoOrNull } from '../views/issue.ts';
import { repositoryUrl, shortRepository } from '../views/repository.ts';

const reasonsOfTheirOwn = new Set(['assign', 'author', 'comment', 'mention', 'review_requested', 'manual']);

function threadView(call: Call, thread: NotificationThread) {
  const { state } = call;
  const { issue, repository } = thread;
  const url = `${state.urls.api}/notifications/threads/${thread.id}`;
  const kind = thread.type === 'PullRequest' ? 'pulls' : 'issues';
  const subject = issue
    ? `${repositoryUrl(state, repository)}/${kind}/${issue.number}`
    : repositoryUrl(state, repository);
  const last = issue?.comments.at(-1);
  return {
    id: String(thread.id),
    unread: thread.unread,
    reason: thread.reason,
    updated_at: iso(thread.updatedAt),
    last_read_at: isoOrNull(thread.lastReadAt),
    subject: {
      ...{ title: thread.title, url: subject, type: thread.type },
      latest_comment_url: last ? `${repositoryUrl(state, repository)}/issues/comments/${last.id}` : subject,
    },
    repository: shortRepository(state, repository),
    url,
    subscription_url: `${url}/subscription`,
  };
}

function list(call: Call, user: Account, within?: Repository): Reply {
  const [since, before] = ['since', 'before'].map((name) => Date.parse(text(call, name) ?? '')) as [number, number];
  const found = inboxNow(call.state, user).filter(
    (thread) =>
      !thread.done &&
      (thread.unread || call.query.all === true) &&
      (call.query.participating !== true || reasonsOfTheirOwn.has(thread.reason)) &&
      (within === undefined || thread.repository === within) &&
      !(thread.updatedAt < since) &&
      !(thread.updatedAt >= before) &&
      canSee(call, thread.repository) &&
      !isHiddenBySaml(call, thread.repository.owner),
  );
  const newest = found.sort((a, b) => b.updatedAt - a.updatedAt || b.id - a.id);
  const reply = page(call, newest, (thread) => threadView(call, thread));
  // GitHub names how often one may ask, in seconds.
  return { ...reply, headers: { ...reply.headers, ...partialHeader(call), 'x-poll-interval': '60' } };
}

function threadAt(call: Call): NotificationThread {
  const thread = inboxNow(call.state, actorWith(call)).find(({ id }) => id === Number(param(call, 'thread_id')));
  if (!thread) throw notFound();
  return thread;
}

/** 205 when it is done, 202 when GitHub will do it. */
function read(call: Call, user: Account, within?: Repository): Reply {
  const { last_read_at: given } = bodyOf<{ last_read_at?: string }>(call);
  const until = given === undefined ? call.state.now() : Date.parse(given);
  const threads = inboxNow(call.state, user).filter(({ repository }) => !within || repository === within);
  if (markRead(call.state, user, { threads, until })) return { status: 205 };
  return accepted({
    message:
      "Unread notifications couldn't be marked in a single request. Notifications are being marked as read in the background.",
  });
}

const subscriptionView = (call: Call, thread: NotificationThread) => ({
  ...{ subscribed: thread.subscribed && !thread.ignored, ignored: thread.ignored, reason: null },
  created_at: iso(thread.updatedAt),
  url: `${call.state.urls.api}/notifications/threads/${thread.id}/subscription`,
  thread_url: `${call.state.urls.api}/notifications/threads/${thread.id}`,
});

const watchView = (
  call: Call,
  repository: Repository,
  watch: { subscribed: boolean; ignored: boolean; createdAt: number },
) => ({
  ...{ subscribed: watch.subscribed, ignored: watch.ignored, reason: null, created_at: iso(watch.createdAt) },
  url: `${repositoryUrl(call.state, repository)}/subscription`,
  repository_url: repositoryUrl(call.state, repository),
});

const repo = '/repos/{owner}/{repo}';
const ofThread = '/notifications/threads/{thread_id}';

export const notifications: Area = {
  name: 'notifications',
  routes: {
    'GET /notifications': (call) => list(call, actorWith(call)),
    'PUT /notifications': (call) => read(call, actorWith(call)),
    [`GET ${ofThread}`]: (call) => ok(threadView(call, threadAt(call))),
    [`PATCH ${ofThread}`]: (call) => {
      Object.assign(threadAt(call), { unread: false, lastReadAt: call.state.now() });
      return { status: 205 };
    },
    [`DELETE ${ofThread}`]: (call) => {
      Object.assign(threadAt(call), { unread: false, done: true });
      return noContent();
    },
    [`GET ${ofThread}/subscription`]: (call) => {
      const thread = threadAt(call);
      if (!thread.subscribed) throw notFound();
      return ok(subscriptionView(call, thread));
    },
    [`PUT ${ofThread}/subscription`]: (call) => {
      const thread = threadAt(call);
      const { ignored = false } = bodyOf<{ ignored?: boolean }>(call);
      Object.assign(thread, { subscribed: true, ignored });
      return ok(subscriptionView(call, thread));
    },
    [`DELETE ${ofThread}/subscription`]: (call) => {
      Object.assign(threadAt(call), { subscribed: false, ignored: false });
      return noContent();
    },
    [`GET ${repo}/notifications`]: (call) => {
      const repository = repositoryOf(call);
      return list(call, actorWith(call), repository);
    },
    [`PUT ${repo}/notifications`]: (call) => {
      const repository = repositoryOf(call, { evenArchived: true });
      return read(call, actorOf(call), repository);
    },
    [`GET ${repo}/subscription`]: (call) => {
      const repository = repositoryOf(call);
      const watch = watchesOf(actorOf(call)).get(repository.id);
      if (!watch) throw notFound();
      return ok(watchView(call, repository, watch));
    },
    [`PUT ${repo}/subscription`]: (call) => {
      const repository = repositoryOf(call, { evenArchived: true });
      const { subscribed = false, ignored = false } = bodyOf<{ subscribed?: boolean; ignored?: boolean }>(call);
      const watch = { subscribed: subscribed && !ignored, ignored, createdAt: call.state.now() };
      watchesOf(actorOf(call)).set(repository.id, watch);
      return ok(watchView(call, repository, watch));
    },
    [`DELETE ${repo}/subscription`]: (call) => {
      watchesOf(actorOf(call)).delete(repositoryOf(call, { evenArchived: true }).id);
      return noContent();
    },
  },
};
