import { canSee, repositoryOf } from '../access.ts';
import { type Area, page, param } from '../call.ts';
import { issuesOf } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { notFound } from '../refusal.ts';
import { ok } from '../reply.ts';
import { issueView } from '../views/issue.ts';
import { eventView, timelineOf } from '../views/timeline.ts';
import { issueAt } from './issue-at.ts';

const repo = '/repos/{owner}/{repo}';

/** cross-referenced is in timelines alone. */
const eventsIn = (repository: Repository) =>
  [...issuesOf(repository).values()]
    .flatMap((issue) => issue.events.map((event) => ({ issue, event })))
    .filter(({ event }) => event.event !== 'cross-referenced')
    .sort((a, b) => b.event.id - a.event.id);

export const timeline: Area = {
  name: 'timeline',
  routes: {
    [`GET ${repo}/issues/{issue_number}/timeline`]: (call) =>
      page(
        call,
        timelineOf(call, issueAt(call), (other) => canSee(call, other.repository)),
        (entry) => entry,
      ),
    [`GET ${repo}/issues/{issue_number}/events`]: (call) => {
      const issue = issueAt(call);
      const events = issue.events.filter(({ event }) => event !== 'cross-referenced');
      return page(call, events, (event) => eventView(call, issue, event));
    },
    [`GET ${repo}/issues/events`]: (call) =>
      page(call, eventsIn(repositoryOf(call)), ({ issue, event }) => ({
        ...eventView(call, issue, event),
        issue: issueView(call, issue),
      })),
    [`GET ${repo}/issues/events/{event_id}`]: (call) => {
      const id = Number(param(call, 'event_id'));
      const found = eventsIn(repositoryOf(call)).find(({ event }) => event.id === id);
      if (!found) throw notFound();
      return ok({ ...eventView(call, found.issue, found.event), issue: issueView(call, found.issue) });
    },
  },
};
