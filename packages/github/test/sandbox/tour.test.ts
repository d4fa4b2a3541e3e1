import { expect, test } from 'vitest';
import { areas } from '../../sandbox/routes/index.ts';
import { engine, withTour } from './tour.fixture.ts';

const base = new Set([
  ...['meta', 'users', 'repositories', 'people', 'about', 'contents', 'git-data', 'refs', 'branches', 'protection'],
  ...['commits', 'comparisons', 'statuses', 'search', 'code search'],
]);

const protectionOf = (contexts: string[]) => ({
  required_status_checks: { strict: true, contexts },
  enforce_admins: false,
  required_pull_request_reviews: { required_approving_review_count: 1 },
  restrictions: null,
});

test('every route of users, repositories, git, commits and search answers octokit as the description says', async () => {
  await using tour = await withTour();
  const { octokit, sandbox } = tour;
  const { rest } = octokit;
  await rest.users.getAuthenticated();
  await rest.users.updateAuthenticated({ location: 'London' });
  await rest.users.getByUsername({ username: 'grace' });
  await rest.users.getByUsername({ username: 'acme' });
  await rest.users.list({ since: 0 });
  await rest.users.listEmailsForAuthenticatedUser();
  await rest.users.follow({ username: 'linus' });
  await rest.users.unfollow({ username: 'linus' });
  await rest.users.listFollowersForAuthenticatedUser();
  await rest.users.listFollowedByAuthenticatedUser();
  await rest.users.listFollowersForUser({ username: 'ada' });
  await rest.users.listFollowingForUser({ username: 'grace' });
  await rest.orgs.listForAuthenticatedUser();
  await rest.orgs.listForUser({ username: 'ada' });
  await rest.orgs.listMembershipsForAuthenticatedUser();
  await rest.orgs.getMembershipForUser({ org: 'acme', username: 'grace' });
  await rest.orgs.get({ org: 'acme' });
  await rest.orgs.listMembers({ org: 'acme' });
  await rest.orgs.checkMembershipForUser({ org: 'acme', username: 'grace' });
  await rest.teams.list({ org: 'acme' });
  await tour.as('ghp_grace').rest.teams.listForAuthenticatedUser();
  await rest.rateLimit.get();
  await rest.meta.get();
  await rest.meta.getAllVersions();
  await rest.meta.root();
  await rest.meta.getZen();
  await rest.emojis.get();
  await rest.markdown.render({ text: '<b>' });

  await rest.repos.get(engine);
  await rest.repos.get({ owner: 'linus', repo: 'engine' });
  await rest.repos.listForAuthenticatedUser({ visibility: 'private', sort: 'updated' });
  await rest.repos.listForUser({ username: 'linus' });
  await rest.repos.listForOrg({ org: 'acme', type: 'public' });
  await rest.repos.listPublic();
  await rest.repos.createForAuthenticatedUser({ name: 'fresh', auto_init: true, license_template: 'mit' });
  await rest.repos.createInOrg({ org: 'acme', name: 'tools', visibility: 'private' });
  await rest.repos.update({ owner: 'ada', repo: 'fresh', description: 'New', has_wiki: false });
  await rest.repos.createFork({ ...engine, default_branch_only: true });
  await rest.repos.listForks(engine);
  await rest.repos.transfer({ owner: 'ada', repo: 'fresh', new_owner: 'acme', new_name: 'fresher' });
  await rest.repos.delete({ owner: 'acme', repo: 'fresher' });
  await rest.repos.listLanguages(engine);
  await rest.repos.getAllTopics(engine);
  await rest.repos.replaceAllTopics({ ...engine, names: ['graphics'] });
  await rest.repos.listContributors(engine);
  await rest.repos.listCollaborators(engine);
  await rest.repos.checkCollaborator({ ...engine, username: 'grace' });
  await rest.repos.getCollaboratorPermissionLevel({ ...engine, username: 'grace' });
  await rest.repos.addCollaborator({ ...engine, username: 'linus', permission: 'triage' });
  await rest.repos.removeCollaborator({ ...engine, username: 'linus' });
  await rest.activity.starRepoForAuthenticatedUser(engine);
  await rest.activity.checkRepoIsStarredByAuthenticatedUser(engine);
  await rest.activity.listReposStarredByAuthenticatedUser();
  await rest.activity.listReposStarredByUser({ username: 'linus' });
  await rest.activity.listStargazersForRepo(engine);
  await rest.activity.unstarRepoForAuthenticatedUser(engine);
  await rest.repos.getReadme(engine);
  await rest.repos.getReadmeInDirectory({ ...engine, dir: 'docs' });
  await rest.repos.downloadTarballArchive({ ...engine, ref: 'main' });
  await rest.repos.downloadZipballArchive({ ...engine, ref: 'main' });
  await rest.licenses.getForRepo(engine);

  await rest.repos.getContent({ ...engine, path: 'src' });
  await rest.repos.getContent({ ...engine, path: 'src/render.ts', ref: 'v1.0.0' });
  await rest.repos.getContent({ ...engine, path: 'vendor/colors' });
  await rest.repos.getContent({ ...engine, path: 'docs/latest.md' });
  await rest.repos.getContent({ ...engine, path: '' });
  await rest.repos.getContent({ ...engine, path: 'src', mediaType: { format: 'object' } });
  const put = { ...engine, path: 'notes/a b.md', message: 'Note', content: Buffer.from('hi\n').toString('base64') };
  const made = await rest.repos.createOrUpdateFileContents(put);
  const sha = made.data.content?.sha ?? '';
  await rest.repos.createOrUpdateFileContents({ ...put, sha, content: 'aG8K' });
  const now = await rest.repos.getContent({ ...engine, path: 'notes/a b.md' });
  await rest.repos.deleteFile({ ...engine, path: put.path, message: 'Away', sha: (now.data as { sha: string }).sha });

  const head = (await rest.git.getRef({ ...engine, ref: 'heads/main' })).data.object.sha;
  const commit = (await rest.git.getCommit({ ...engine, commit_sha: head })).data;
  const blob = (await rest.git.createBlob({ ...engine, content: 'aGk=', encoding: 'base64' })).data;
  await rest.git.getBlob({ ...engine, file_sha: blob.sha });
  await rest.git.getTree({ ...engine, tree_sha: 'main', recursive: 'true' });
  const tree = await rest.git.createTree({
    ...engine,
    base_tree: commit.tree.sha,
    tree: [
      { path: 'new/file.txt', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'README.md', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const next = await rest.git.createCommit({ ...engine, message: 'Tree', tree: tree.data.sha, parents: [head] });
  await rest.git.createRef({ ...engine, ref: 'refs/heads/api/new', sha: head });
  await rest.git.updateRef({ ...engine, ref: 'heads/api/new', sha: next.data.sha });
  await rest.git.listMatchingRefs({ ...engine, ref: 'heads/' });
  const tag = await rest.git.createTag({ ...engine, tag: 'v2', message: 'Two', object: head, type: 'commit' });
  await rest.git.getTag({ ...engine, tag_sha: tag.data.sha });
  await rest.git.createRef({ ...engine, ref: 'refs/tags/v2', sha: tag.data.sha });
  await rest.git.deleteRef({ ...engine, ref: 'tags/v2' });

  await rest.repos.listBranches(engine);
  await rest.repos.getBranch({ ...engine, branch: 'feature/blue' });
  await rest.repos.renameBranch({ ...engine, branch: 'api/new', new_name: 'api/newer' });
  await rest.repos.updateBranchProtection({ ...engine, branch: 'docs', ...protectionOf(['test']) });
  await rest.repos.getBranchProtection({ ...engine, branch: 'docs' });
  await rest.repos.getBranch({ ...engine, branch: 'docs' });
  await rest.repos.deleteBranchProtection({ ...engine, branch: 'docs' });
  await rest.repos.listTags(engine);
  const ruleset = await rest.repos.createRepoRuleset({
    ...engine,
    name: 'safe',
    enforcement: 'active',
    conditions: { ref_name: { include: ['refs/heads/release/**'], exclude: [] } },
    rules: [{ type: 'deletion' }],
  });
  const ruleset_id = ruleset.data.id;
  await rest.repos.getRepoRulesets(engine);
  await rest.repos.getRepoRuleset({ ...engine, ruleset_id });
  await rest.repos.updateRepoRuleset({ ...engine, ruleset_id, name: 'safer' });
  await rest.repos.getBranchRules({ ...engine, branch: 'release/1' });
  await rest.repos.deleteRepoRuleset({ ...engine, ruleset_id });

  await rest.repos.listCommits({ ...engine, path: 'src/shapes/square.ts', per_page: 2 });
  await rest.repos.listCommits({ ...engine, author: 'grace', since: '2026-01-04T00:00:00Z' });
  await rest.repos.getCommit({ ...engine, ref: 'main' });
  await rest.repos.listBranchesForHeadCommit({ ...engine, commit_sha: head });
  await rest.repos.compareCommitsWithBasehead({ ...engine, basehead: 'main...feature/blue' });
  await rest.repos.compareCommitsWithBasehead({ ...engine, basehead: 'main...linus:faster' });
  await rest.repos.merge({ ...engine, base: 'docs', head: 'main' });
  await rest.repos.mergeUpstream({ owner: 'ada', repo: 'engine', branch: 'main' });
  await rest.repos.createCommitStatus({ ...engine, sha: head, state: 'success', context: 'build' });
  await rest.repos.getCombinedStatusForRef({ ...engine, ref: 'main' });
  await rest.repos.listCommitStatusesForRef({ ...engine, ref: 'main' });

  await rest.search.repos({ q: 'engine language:typescript' });
  await rest.search.code({ q: 'Promise repo:acme/engine' });
  await rest.search.commits({ q: 'circle author:grace' });
  await rest.search.users({ q: 'grace type:user' });
  await rest.search.topics({ q: 'graph' });

  expect(sandbox.unknown).toEqual([]);
  expect(tour.deviations).toEqual([]);
  const succeeded = new Set(sandbox.requests.filter(({ status }) => status < 400).map(({ route }) => route));
  const missed = areas.filter(({ name }) => base.has(name)).flatMap(({ routes }) => Object.keys(routes));
  expect(missed.filter((route) => !succeeded.has(route))).toEqual([]);
});
