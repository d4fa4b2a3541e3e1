/**
 * What a fine-grained token must have, and for which paths, `~` being /repos/{owner}/{repo}. Permissions joined by a comma are needed
 * together, those apart by a semicolon are alternatives. Without `=` it is read for GET and write for everything else. A method before
 * a path makes it count for that method alone, and before a path without. What is nowhere here needs no permission.
 * Source: fine-grained-pat-permissions.json (API version 2026-03-10) in src/github-apps/data of github.com/github/docs.
 */
export const permissionTable: Readonly<Record<string, string>> = {
  metadata: `
    ~ ~/collaborators ~/collaborators/{username} ~/collaborators/{username}/permission ~/contributors ~/languages
    ~/license ~/forks ~/issue-types ~/tags ~/topics ~/stargazers ~/rulesets ~/rulesets/{ruleset_id} ~/rules/branches/{branch}
    ~/comments ~/comments/{comment_id} GET ~/comments/{comment_id}/reactions GET ~/commits/{commit_sha}/comments
    GET /orgs/{org}/repos /repositories GET /user/repos /users/{username}/repos
  `,
  administration: `
    PATCH ~ DELETE ~ PUT ~/collaborators/{username} DELETE ~/collaborators/{username} PUT ~/topics ~/transfer
    POST ~/rulesets PUT ~/rulesets/{ruleset_id} DELETE ~/rulesets/{ruleset_id} ~/branches/{branch}/protection
    POST /orgs/{org}/repos POST /user/repos
  `,
  'administration,contents=read': 'POST ~/forks',
  contents: `
    ~/branches ~/branches/{branch} ~/branches/{branch}/rename ~/merge-upstream ~/merges ~/compare/{basehead}
    ~/commits ~/commits/{ref} ~/commits/{commit_sha}/branches-where-head ~/contents ~/contents/ ~/contents/{path}
    ~/git/blobs ~/git/blobs/{file_sha} ~/git/commits ~/git/commits/{commit_sha} ~/git/matching-refs/{ref}
    ~/git/ref/{ref} ~/git/refs/{ref} ~/git/tags ~/git/tags/{tag_sha} ~/git/trees ~/git/trees/{tree_sha} ~/readme
    ~/readme/{dir} ~/tarball/ ~/tarball/{ref} ~/zipball/ ~/zipball/{ref} PUT ~/pulls/{pull_number}/merge ~/releases
    ~/releases/assets/{asset_id} ~/releases/generate-notes ~/releases/latest ~/releases/tags/{tag}
    ~/releases/{release_id} ~/releases/{release_id}/assets PATCH ~/comments/{comment_id}
    DELETE ~/comments/{comment_id} ~/comments/{comment_id}/reactions
    ~/comments/{comment_id}/reactions/{reaction_id}
  `,
  // Whoever may read a commit may speak about it.
  'contents=read': 'POST ~/commits/{commit_sha}/comments /markdown',
  'contents; contents,workflows':
    'PUT ~/contents/{path} DELETE ~/contents/{path} POST ~/git/refs PATCH ~/git/refs/{ref} POST ~/releases',
  issues: `
    ~/issues GET ~/issues/{issue_number} ~/issues/events ~/issues/{issue_number}/dependencies/blocked_by
    ~/issues/{issue_number}/dependencies/blocked_by/{issue_id} ~/issues/{issue_number}/dependencies/blocking
    ~/issues/{issue_number}/parent ~/issues/{issue_number}/sub_issue ~/issues/{issue_number}/sub_issues
    ~/issues/{issue_number}/sub_issues/priority ~/issues/{issue_number}/reactions
    ~/issues/{issue_number}/reactions/{reaction_id} ~/issues/comments/{comment_id}/reactions
    ~/issues/comments/{comment_id}/reactions/{reaction_id}
  `,
  'issues; pull_requests': `
    ~/assignees ~/assignees/{assignee} ~/labels ~/labels/{name} ~/milestones ~/milestones/{milestone_number}
    ~/milestones/{milestone_number}/labels ~/issues/events/{event_id} ~/issues/{issue_number} ~/issues/comments
    ~/issues/comments/{comment_id} ~/issues/{issue_number}/assignees ~/issues/{issue_number}/assignees/{assignee}
    ~/issues/{issue_number}/comments ~/issues/{issue_number}/events ~/issues/{issue_number}/labels
    ~/issues/{issue_number}/labels/{name} ~/issues/{issue_number}/lock ~/issues/{issue_number}/timeline
  `,
  'pull_requests; contents': 'GET ~/pulls/{pull_number}',
  pull_requests: `
    ~/pulls ~/pulls/{pull_number} ~/pulls/comments ~/pulls/comments/{comment_id} ~/commits/{commit_sha}/pulls
    ~/pulls/comments/{comment_id}/reactions ~/pulls/comments/{comment_id}/reactions/{reaction_id}
    ~/pulls/{pull_number}/comments ~/pulls/{pull_number}/comments/{comment_id}/replies
    ~/pulls/{pull_number}/commits ~/pulls/{pull_number}/files ~/pulls/{pull_number}/merge
    ~/pulls/{pull_number}/requested_reviewers ~/pulls/{pull_number}/reviews ~/pulls/{pull_number}/update-branch
    ~/pulls/{pull_number}/reviews/{review_id} ~/pulls/{pull_number}/reviews/{review_id}/comments
    ~/pulls/{pull_number}/reviews/{review_id}/dismissals ~/pulls/{pull_number}/reviews/{review_id}/events
  `,
  actions: `
    ~/actions/artifacts ~/actions/artifacts/{artifact_id} ~/actions/artifacts/{artifact_id}/{archive_format}
    ~/actions/jobs/{job_id} ~/actions/jobs/{job_id}/logs ~/actions/jobs/{job_id}/rerun ~/actions/runs
    ~/actions/runs/{run_id} ~/actions/runs/{run_id}/approvals ~/actions/runs/{run_id}/artifacts
    ~/actions/runs/{run_id}/attempts/{attempt_number} ~/actions/runs/{run_id}/attempts/{attempt_number}/jobs
    ~/actions/runs/{run_id}/attempts/{attempt_number}/logs ~/actions/runs/{run_id}/cancel
    ~/actions/runs/{run_id}/force-cancel ~/actions/runs/{run_id}/jobs ~/actions/runs/{run_id}/logs
    GET ~/actions/runs/{run_id}/pending_deployments ~/actions/runs/{run_id}/rerun
    ~/actions/runs/{run_id}/rerun-failed-jobs ~/actions/workflows ~/actions/workflows/{workflow_id}
    ~/actions/workflows/{workflow_id}/disable ~/actions/workflows/{workflow_id}/dispatches
    ~/actions/workflows/{workflow_id}/enable ~/actions/workflows/{workflow_id}/runs
  `,
  deployments: 'POST ~/actions/runs/{run_id}/pending_deployments',
  secrets: '~/actions/secrets ~/actions/secrets/{secret_name}',
  actions_variables: '~/actions/variables ~/actions/variables/{name}',
  statuses: '~/commits/{ref}/status ~/commits/{ref}/statuses ~/statuses/{sha}',
  // Of apps alone: nobody can give it to a fine-grained token.
  checks: `
    ~/check-runs ~/check-runs/{check_run_id} ~/check-runs/{check_run_id}/annotations ~/commits/{ref}/check-runs
    ~/commits/{ref}/check-suites ~/check-suites/{check_suite_id} ~/check-suites/{check_suite_id}/check-runs
  `,
  security_events:
    '~/code-scanning/alerts ~/code-scanning/alerts/{alert_number} ~/code-scanning/alerts/{alert_number}/instances',
  secret_scanning_alerts: `
    ~/secret-scanning/alerts ~/secret-scanning/alerts/{alert_number}
    ~/secret-scanning/alerts/{alert_number}/locations
  `,
  vulnerability_alerts: '~/dependabot/alerts ~/dependabot/alerts/{alert_number}',
  repository_advisories: '~/security-advisories ~/security-advisories/{ghsa_id}',
  starring: '/user/starred /users/{username}/starred',
  'starring,metadata=read': '/user/starred/{owner}/{repo}',
  gists: `
    POST /gists PATCH /gists/{gist_id} DELETE /gists/{gist_id} POST /gists/{gist_id}/forks
    PUT /gists/{gist_id}/star DELETE /gists/{gist_id}/star POST /gists/{gist_id}/comments
    PATCH /gists/{gist_id}/comments/{comment_id} DELETE /gists/{gist_id}/comments/{comment_id}
  `,
  followers: '/user/followers /user/following /user/following/{username}',
  emails: '/user/emails',
  profile: 'PATCH /user',
  members: '/orgs/{org}/members /orgs/{org}/members/{username} /orgs/{org}/memberships/{username} /orgs/{org}/teams',
};

/** Routes that take a classic token and no other. */
export const classicOnly = /^\S+ (\/repos\/\{owner\}\/\{repo\})?\/notifications/;
