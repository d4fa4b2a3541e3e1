import { type Area, actorOf, bodyOf, type Call, page } from '../call.ts';
import { findAccount, organizationsOf } from '../model/accounts.ts';
import type { Side } from '../model/pull.ts';
import { removeReviewers, requestReviewers } from '../model/pulls.ts';
import { atLeast, roleOf } from '../model/repository.ts';
import {
  addReview,
  deletePendingReview,
  dismissReview,
  type ReviewEvent,
  submitReview,
  unprocessableEntity,
} from '../model/reviews.ts';
import { commentsOf } from '../model/reviews-of.ts';
import { forbidden, unprocessable } from '../refusal.ts';
import { created, ok } from '../reply.ts';
import { simpleUser } from '../views/account.ts';
import { pullRow } from '../views/pull.ts';
import { reviewCommentView, reviewView } from '../views/review.ts';
import { teamView } from '../views/team.ts';
import { pullAt } from './issue-at.ts';
import { isShown, reviewAt } from './review-at.ts';

const pulls = '/repos/{owner}/{repo}/pulls/{pull_number}';
const ofReview = `${pulls}/reviews/{review_id}`;

interface DraftComment {
  readonly path: string;
  readonly body: string;
  readonly position?: number;
  readonly line?: number;
  readonly side?: Side;
  readonly start_line?: number;
  readonly start_side?: Side;
}

interface ReviewBody {
  readonly commit_id?: string;
  readonly body?: string;
  readonly event?: ReviewEvent;
  readonly comments?: readonly DraftComment[];
}

function create(call: Call) {
  const issue = pullAt(call);
  const author = actorOf(call);
  const { body, event, comments = [], commit_id: commit } = bodyOf<ReviewBody>(call);
  if (commit !== undefined && !issue.repository.objects.find('commit', commit)) {
    throw unprocessableEntity('The commit_id is not part of the pull request');
  }
  if (comments.some((comment) => comment.body.trim() === '')) throw unprocessableEntity("Body can't be blank");
  const threads = comments.map(({ start_line: startLine, start_side: startSide, ...rest }) => ({
    ...{ ...rest, startLine, startSide },
  }));
  return ok(reviewView(call, issue, addReview(call.state, issue, { author, body, event, commit, threads })));
}

function submit(call: Call) {
  const { issue, review } = reviewAt(call);
  if (review.author !== actorOf(call)) throw forbidden('Must have admin rights to Repository.');
  const { event, body } = bodyOf<{ event: ReviewEvent; body?: string }>(call);
  const hasText = Boolean(body?.trim() || review.body.trim()) || commentsOf(issue.pull, review).length > 0;
  if (event !== 'APPROVE' && !hasText) throw unprocessableEntity("Review body can't be blank");
  submitReview(call.state, issue, { review, event, body });
  return ok(reviewView(call, issue, review));
}

function reviewers(call: Call) {
  const issue = pullAt(call, { role: 'write' });
  const body = bodyOf<{ reviewers?: readonly string[]; team_reviewers?: readonly string[] }>(call);
  const { repository } = issue;
  const accounts = (body.reviewers ?? []).map((login) => {
    const user = findAccount(call.state, login);
    const isKnown = user && (organizationsOf(call.state, user).includes(repository.owner) || isCollaborator(user));
    if (!isKnown) {
      throw unprocessable(
        'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ' +
          `${repository.owner.login}/${repository.name} repository.`,
      );
    }
    return user;
  });
  const teams = (body.team_reviewers ?? []).map((slug) => {
    const team = repository.owner.teams.find((candidate) => candidate.slug === slug);
    if (!team) throw unprocessable('Could not resolve to a node with the global id of the team');
    return team;
  });
  function isCollaborator(user: NonNullable<ReturnType<typeof findAccount>>): boolean {
    return atLeast(roleOf(call.state, { ...repository, visibility: 'private' }, user), 'read');
  }
  return { issue, accounts, teams };
}

function request(call: Call) {
  const { issue, accounts, teams } = reviewers(call);
  requestReviewers(call.state, issue, { reviewers: accounts, actor: actorOf(call) });
  for (const team of teams) if (!issue.pull.requestedTeams.includes(team)) issue.pull.requestedTeams.push(team);
  return created(pullRow(call, issue));
}

function unrequest(call: Call) {
  const { issue, accounts, teams } = reviewers(call);
  removeReviewers(call.state, issue, { reviewers: accounts, actor: actorOf(call) });
  const { requestedTeams } = issue.pull;
  requestedTeams.splice(0, requestedTeams.length, ...requestedTeams.filter((team) => !teams.includes(team)));
  return ok(pullRow(call, issue));
}

export const reviews: Area = {
  name: 'reviews',
  routes: {
    [`GET ${pulls}/reviews`]: (call) => {
      const issue = pullAt(call);
      const shown = issue.pull.reviews.filter((review) => isShown(call, review));
      return page(call, shown, (review) => reviewView(call, issue, review));
    },
    [`POST ${pulls}/reviews`]: create,
    [`GET ${ofReview}`]: (call) => {
      const { issue, review } = reviewAt(call);
      return ok(reviewView(call, issue, review));
    },
    [`PUT ${ofReview}`]: (call) => {
      const { issue, review } = reviewAt(call);
      if (review.author !== actorOf(call)) throw forbidden('Must have admin rights to Repository.');
      review.body = bodyOf<{ body: string }>(call).body;
      review.updatedAt = call.state.now();
      return ok(reviewView(call, issue, review));
    },
    [`DELETE ${ofReview}`]: (call) => {
      const { issue, review } = reviewAt(call);
      actorOf(call);
      deletePendingReview(issue, review);
      return ok(reviewView(call, issue, review));
    },
    [`GET ${ofReview}/comments`]: (call) => {
      const { issue, review } = reviewAt(call);
      return page(call, commentsOf(issue.pull, review), (placed) => reviewCommentView(call, issue, placed));
    },
    [`POST ${ofReview}/events`]: submit,
    [`PUT ${ofReview}/dismissals`]: (call) => {
      const { issue, review } = reviewAt(call, { role: 'write' });
      const { message } = bodyOf<{ message: string }>(call);
      dismissReview(call.state, issue, { review, actor: actorOf(call), message });
      return ok(reviewView(call, issue, review));
    },
    [`GET ${pulls}/requested_reviewers`]: (call) => {
      const { pull, repository } = pullAt(call);
      return ok({
        users: pull.requestedReviewers.map((user) => simpleUser(call.state, user)),
        teams: pull.requestedTeams.map((team) => teamView(call.state, repository.owner, team)),
      });
    },
    [`POST ${pulls}/requested_reviewers`]: request,
    [`DELETE ${pulls}/requested_reviewers`]: unrequest,
  },
};
