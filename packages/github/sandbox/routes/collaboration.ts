import type { Area } from '../call.ts';
import { followRefs } from '../model/pulls.ts';
import { actionResults } from './action-results.ts';
import { actionSettings } from './action-settings.ts';
import { actions } from './actions.ts';
import { advisories } from './advisories.ts';
import { checks } from './checks.ts';
import { commitComments } from './commit-comments.ts';
import { gists } from './gists.ts';
import { issueComments } from './issue-comments.ts';
import { issueLinks } from './issue-links.ts';
import { issueSearch } from './issue-search.ts';
import { issues } from './issues.ts';
import { labels } from './labels.ts';
import { notifications } from './notifications.ts';
import { pulls } from './pulls.ts';
import { reactions } from './reactions.ts';
import { releases } from './releases.ts';
import { reviewComments } from './review-comments.ts';
import { reviews } from './reviews.ts';
import { security } from './security.ts';
import { timeline } from './timeline.ts';

/** Issues, pull requests, and what runs for them. */
export const collaboration: readonly Area[] = [
  ...[issues, issueComments, issueLinks, issueSearch, labels, reactions, timeline, commitComments],
  ...[{ ...pulls, setUp: followRefs }, reviews, reviewComments],
  ...[checks, actions, actionResults, actionSettings],
  ...[releases, notifications, gists, security, advisories],
];
