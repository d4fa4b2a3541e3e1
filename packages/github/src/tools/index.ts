import type { AnyTool } from '@mcp-servers/core';
import type { GitHubDeps } from './deps.ts';
import { githubActions } from './github-actions.ts';
import { githubActionsRun } from './github-actions-run.ts';
import { githubBranchWrite } from './github-branch-write.ts';
import { githubCommentWrite } from './github-comment-write.ts';
import { githubDelete } from './github-delete.ts';
import { githubDiscussionWrite } from './github-discussion-write.ts';
import { githubDiscussions } from './github-discussions.ts';
import { githubGistWrite } from './github-gist-write.ts';
import { githubGists } from './github-gists.ts';
import { githubHistory } from './github-history.ts';
import { githubIssue } from './github-issue.ts';
import { githubIssueLinksWrite } from './github-issue-links-write.ts';
import { githubIssueWrite } from './github-issue-write.ts';
import { githubJobLogs } from './github-job-logs.ts';
import { githubLabelsWrite } from './github-labels-write.ts';
import { githubListIssues } from './github-list-issues.ts';
import { githubListPulls } from './github-list-pulls.ts';
import { githubNotificationWrite } from './github-notification-write.ts';
import { githubNotifications } from './github-notifications.ts';
import { githubProjectWrite } from './github-project-write.ts';
import { githubProjects } from './github-projects.ts';
import { githubPull } from './github-pull.ts';
import { githubPullDiff } from './github-pull-diff.ts';
import { githubPullMerge } from './github-pull-merge.ts';
import { githubPullReview } from './github-pull-review.ts';
import { githubPullWrite } from './github-pull-write.ts';
import { githubReadFiles } from './github-read-files.ts';
import { githubReleaseWrite } from './github-release-write.ts';
import { githubRepo } from './github-repo.ts';
import { githubRepoWrite } from './github-repo-write.ts';
import { githubSearch } from './github-search.ts';
import { githubSecurity } from './github-security.ts';
import { githubTree } from './github-tree.ts';
import { githubWhoami } from './github-whoami.ts';
import { githubWriteFiles } from './github-write-files.ts';
import { withMissingNotes } from './missing-notes.ts';

const every: readonly AnyTool<GitHubDeps>[] = [
  ...[githubWhoami, githubRepo, githubIssue],
  ...[githubSearch, githubReadFiles, githubTree, githubHistory, githubListIssues, githubListPulls],
  ...[githubPull, githubPullDiff, githubActions, githubJobLogs],
  ...[githubDiscussions, githubNotifications, githubGists, githubProjects, githubSecurity],
  ...[githubIssueWrite, githubCommentWrite],
  ...[githubWriteFiles, githubBranchWrite, githubPullWrite],
  ...[githubPullReview, githubPullMerge],
  ...[githubLabelsWrite, githubIssueLinksWrite],
  ...[githubReleaseWrite, githubActionsRun, githubRepoWrite],
  ...[githubDiscussionWrite, githubProjectWrite],
  ...[githubGistWrite, githubNotificationWrite],
  ...[githubDelete],
];

/** In the order clients see them. */
export const tools: readonly AnyTool<GitHubDeps>[] = every.map(withMissingNotes);
