import { mutation } from '../mutations/index.ts';
import { account, organization, team, user } from './account.ts';
import { checkRun, checksOf, rollup } from './checks.ts';
import { discussion, discussionCategory, discussionComment, discussionsOfRepository } from './discussion.ts';
import { commit, gitObject, ref } from './git.ts';
import { issue, issueComment, issueOrPull, issuesOf } from './issue.ts';
import { issueLists } from './issue-list.ts';
import { label, milestone, milestonesOf, protection } from './labels.ts';
import { node, resource } from './node.ts';
import { draftIssue, project, projectItem, projectItemsOf, projectsOf } from './project.ts';
import { pull, pullCommit, pullsOf, pullsOfBranch, pullsOfCommit } from './pull.ts';
import { query } from './query.ts';
import { release, releasesOf } from './release.ts';
import { language, repository } from './repository.ts';
import { review, reviewComment, reviewThread } from './review.ts';
import { workflowRun } from './run.ts';
import { search } from './search.ts';
import { timelineOf } from './timeline.ts';

/** Every view that another one shows; each takes the context first. */
export const views = {
  ...{ query, mutation, node, resource, search },
  ...{ account, user, organization, team },
  ...{ repository, language, label, milestone, milestonesOf, protection, release, releasesOf },
  ...{ gitObject, commit, ref },
  ...{ issue, issueOrPull, issueComment, issuesOf, issueLists, timelineOf },
  ...{ pull, pullCommit, pullsOf, pullsOfBranch, pullsOfCommit, review, reviewComment, reviewThread },
  ...{ checksOf, rollup, checkRun, workflowRun },
  ...{ discussion, discussionCategory, discussionComment, discussionsOf: discussionsOfRepository },
  ...{ project, projectItem, draftIssue, projectItemsOf, projectsOf },
} as const;

export type Views = typeof views;
