import { findAccount } from '../../model/accounts.ts';
import { categoriesOf, discussionsOf } from '../../model/discussions.ts';
import { issuesOf } from '../../model/issue.ts';
import { findRepository } from '../../model/repository.ts';
import type { Context, View } from '../context.ts';
import { missing, noNode } from '../errors.ts';
import { type Loaded, load } from '../load.ts';
import { mayKnow } from '../permits.ts';

/** The view of a node by its id. Throws FieldRefusal NOT_FOUND. */
export function node(g: Context, id: string): View {
  const found = viewOf(g, load(g, id));
  if (!found) throw noNode(id);
  return found;
}

function viewOf({ show }: Context, found: Loaded): View | null | undefined {
  switch (found.type) {
    case 'Account':
      return show.account(found.account);
    case 'Repository':
      return show.repository(found.repository);
    case 'Issue':
      return show.issue(found.issue);
    case 'PullRequest':
      return show.pull(found.pull);
    case 'IssueComment':
      return show.issueComment(found.issue, found.comment);
    case 'PullRequestReview':
      return show.review(found.pull, found.review);
    case 'PullRequestReviewThread':
      return show.reviewThread(found.pull, found.thread);
    case 'PullRequestReviewComment':
      return show.reviewComment(found.pull, found);
    case 'Discussion':
      return show.discussion(found.discussion);
    case 'DiscussionComment':
      return show.discussionComment(found.discussion, found.comment);
    case 'DiscussionCategory': {
      const category = categoriesOf(found.repository).find(({ slug }) => slug === found.slug);
      return category && show.discussionCategory(found.repository, category);
    }
    case 'Label': {
      const label = found.repository.labels.find(({ id }) => id === found.id);
      return label && show.label(found.repository, label);
    }
    case 'Milestone': {
      const milestone = found.repository.milestones.find(({ id }) => id === found.id);
      return milestone && show.milestone(found.repository, milestone);
    }
    case 'Release':
      return show.release(found.repository, found.release);
    case 'CheckRun':
      return show.checkRun(found.repository, found.run);
    case 'ProjectV2':
      return show.project(found.project);
    case 'ProjectV2Item':
      return show.projectItem(found.project, found.item);
    case 'DraftIssue':
      return show.draftIssue(found.project, found.item);
    case 'Ref':
      return show.ref(found.repository, found.name);
    case 'Object':
      return show.gitObject(found.repository, found.sha);
  }
}

/** What the page at an address shows: an account, a repository, an issue, a pull request, a discussion, a commit. */
export function resource(g: Context, url: string): View | null {
  const { pathname } = new URL(url, g.state.urls.html);
  const [owner = '', name, kind, key = ''] = pathname.split('/').filter(Boolean);
  if (name === undefined) {
    const account = findAccount(g.state, owner);
    return account ? g.show.account(account) : null;
  }
  const repository = findRepository(g.state, `${owner}/${name}`);
  if (!repository || !mayKnow(g, repository))
    throw missing(`Could not resolve to a resource with the URL of '${url}'.`);
  if (kind === undefined) return g.show.repository(repository);
  if (kind === 'commit') return g.show.gitObject(repository, key);
  const issue = issuesOf(repository).get(Number(key));
  if ((kind === 'issues' || kind === 'pull') && issue) return g.show.issueOrPull(issue);
  const discussion = discussionsOf(repository).get(Number(key));
  return kind === 'discussions' && discussion ? g.show.discussion(discussion) : null;
}
