import type { Account } from '../model/accounts.ts';
import { type CheckRun, checkRunsOf } from '../model/checks.ts';
import {
  categoriesOf,
  type Discussion,
  type DiscussionComment,
  everyDiscussion,
  findDiscussionComment,
} from '../model/discussions.ts';
import { everyIssue, type Issue, type IssueComment, isPull, type PullRequest } from '../model/issue.ts';
import { parseNodeId } from '../model/node-id.ts';
import { type Draft, everyProject, type Project, type ProjectItem } from '../model/projects.ts';
import type { Review, ReviewComment, ReviewThread } from '../model/pull.ts';
import { type Release, releasesOf } from '../model/releases.ts';
import type { Repository } from '../model/repository.ts';
import type { State } from '../model/state.ts';
import type { Context } from './context.ts';
import { noNode } from './errors.ts';
import { mayKnow, reading, refuseSaml } from './permits.ts';
import { seesProject } from './views/project.ts';
import { mayWrite } from './views/written.ts';

/** The model behind a node id, by the GraphQL type that it is of. */
export type Loaded =
  | { readonly type: 'Account'; readonly account: Account }
  | { readonly type: 'Repository'; readonly repository: Repository }
  | { readonly type: 'Issue'; readonly issue: Issue }
  | { readonly type: 'PullRequest'; readonly pull: PullRequest }
  | { readonly type: 'IssueComment'; readonly issue: Issue; readonly comment: IssueComment }
  | { readonly type: 'PullRequestReview'; readonly pull: PullRequest; readonly review: Review }
  | { readonly type: 'PullRequestReviewThread'; readonly pull: PullRequest; readonly thread: ReviewThread }
  | {
      readonly type: 'PullRequestReviewComment';
      readonly pull: PullRequest;
      readonly thread: ReviewThread;
      readonly comment: ReviewComment;
    }
  | { readonly type: 'Discussion'; readonly discussion: Discussion }
  | { readonly type: 'DiscussionComment'; readonly discussion: Discussion; readonly comment: DiscussionComment }
  | { readonly type: 'DiscussionCategory'; readonly repository: Repository; readonly slug: string }
  | { readonly type: 'Label'; readonly repository: Repository; readonly id: number }
  | { readonly type: 'Milestone'; readonly repository: Repository; readonly id: number }
  | { readonly type: 'Release'; readonly repository: Repository; readonly release: Release }
  | { readonly type: 'CheckRun'; readonly repository: Repository; readonly run: CheckRun }
  | { readonly type: 'ProjectV2'; readonly project: Project }
  | { readonly type: 'ProjectV2Item'; readonly project: Project; readonly item: ProjectItem }
  | { readonly type: 'DraftIssue'; readonly project: Project; readonly item: ProjectItem; readonly draft: Draft }
  | { readonly type: 'Ref'; readonly repository: Repository; readonly name: string }
  | { readonly type: 'Object'; readonly repository: Repository; readonly sha: string };

type Of<T extends Loaded['type']> = Extract<Loaded, { type: T }>;

/** What an id stands for. Throws FieldRefusal NOT_FOUND, also for what the viewer may not know of. */
export function load(g: Context, id: string): Loaded {
  const parsed = parseNodeId(id);
  const found = parsed && find(g, parsed);
  if (!found || !isSeen(g, found)) throw noNode(id);
  return found;
}

/** The same, of one type. Throws FieldRefusal NOT_FOUND. */
export function loadAs<T extends Loaded['type']>(g: Context, type: T, id: string): Of<T> {
  const found = load(g, id);
  if (found.type !== type) throw noNode(id);
  return found as Of<T>;
}

const permissions = { Issue: 'issues', PullRequest: 'pull_requests', Discussion: 'discussions' } as const;

function isSeen(g: Context, found: Loaded): boolean {
  if ('project' in found) return seesProject(g, found.project);
  const repository = repositoryOf(found);
  if (!repository) return true;
  if (!mayKnow(g, repository)) return false;
  refuseSaml(g, repository.owner);
  if (found.type in permissions) reading(g, repository, permissions[found.type as keyof typeof permissions]);
  // Drafts of releases are for those who may write them.
  if ('release' in found && found.release.isDraft) return mayWrite(g, repository);
  if ('review' in found) return found.review.state !== 'PENDING' || found.review.author === g.viewer;
  return true;
}

/** The repository that a thing is in. */
export function repositoryOf(found: Loaded): Repository | undefined {
  if ('repository' in found) return found.repository;
  if ('issue' in found) return found.issue.repository;
  if ('pull' in found) return found.pull.repository;
  return 'discussion' in found ? found.discussion.repository : undefined;
}

function find(g: Context, { type, id }: { type: string; id: string }): Loaded | undefined {
  const { state } = g;
  const number = Number(id);
  const pulls = () => everyIssue(state).filter(isPull);
  const repositories = () => [...state.repositories.values()];
  switch (type) {
    case 'User':
    case 'Organization':
    case 'Bot': {
      const account = state.accounts.get(number);
      return account && { type: 'Account', account };
    }
    case 'Repository': {
      const repository = state.repositories.get(number);
      return repository && { type, repository };
    }
    case 'Issue': {
      const issue = everyIssue(state).find((one) => one.id === number && !one.pull);
      return issue && { type, issue };
    }
    case 'PullRequest': {
      const pull = pulls().find((one) => one.pull.id === number);
      return pull && { type, pull };
    }
    case 'IssueComment':
      return everyIssue(state)
        .flatMap((issue) => issue.comments.map((comment) => ({ type, issue, comment }) as const))
        .find(({ comment }) => comment.id === number);
    case 'PullRequestReview':
      return pulls()
        .flatMap((pull) => pull.pull.reviews.map((review) => ({ type, pull, review }) as const))
        .find(({ review }) => review.id === number);
    case 'PullRequestReviewThread':
      return threads(pulls()).find(({ thread }) => thread.id === number);
    case 'PullRequestReviewComment':
      return threads(pulls())
        .flatMap(({ pull, thread }) => thread.comments.map((comment) => ({ type, pull, thread, comment }) as const))
        .find(({ comment }) => comment.id === number);
    case 'Discussion': {
      const discussion = everyDiscussion(state).find((one) => one.id === number);
      return discussion && { type, discussion };
    }
    case 'DiscussionComment': {
      const found = findDiscussionComment(state, number);
      return found && { type, ...found };
    }
    case 'DiscussionCategory':
      return repositories()
        .flatMap((repository) => categoriesOf(repository).map((one) => ({ type, repository, ...one }) as const))
        .map(({ id: own, slug, repository }) => ({ type, repository, slug, own }) as const)
        .find(({ own }) => own === number);
    case 'Label':
    case 'Milestone': {
      const field = type === 'Label' ? 'labels' : 'milestones';
      const repository = repositories().find((one) => one[field].some((item) => item.id === number));
      return repository && { type, repository, id: number };
    }
    case 'Release':
      return repositories()
        .flatMap((repository) => releasesOf(repository).map((release) => ({ type, repository, release }) as const))
        .find(({ release }) => release.id === number);
    case 'CheckRun':
      return repositories()
        .flatMap((repository) => checkRunsOf(repository).map((run) => ({ type, repository, run }) as const))
        .find(({ run }) => run.id === number);
    case 'ProjectV2': {
      const project = everyProject(state).find((one) => one.id === number);
      return project && { type, project };
    }
    case 'ProjectV2Item':
      return everyProject(state)
        .flatMap((project) => project.items.map((item) => ({ type, project, item }) as const))
        .find(({ item }) => item.id === number);
    case 'DraftIssue':
      return drafts(state).find(({ draft }) => draft.id === number);
    default:
      return inGit(g, type, id);
  }
}

const threads = (pulls: readonly PullRequest[]): Of<'PullRequestReviewThread'>[] =>
  pulls.flatMap((pull) =>
    pull.pull.threads.map((thread) => ({ type: 'PullRequestReviewThread', pull, thread }) as const),
  );

const drafts = (state: State): Of<'DraftIssue'>[] =>
  everyProject(state).flatMap((project) =>
    project.items.flatMap((item) =>
      'draft' in item.content ? [{ type: 'DraftIssue', project, item, draft: item.content.draft } as const] : [],
    ),
  );

function inGit({ state }: Context, type: string, id: string): Loaded | undefined {
  const [, owner, rest = ''] = /^(\d+):(.+)$/.exec(id) ?? [];
  const repository = state.repositories.get(Number(owner));
  if (!repository) return undefined;
  if (type === 'Ref') return repository.refs.has(rest) ? { type, repository, name: rest } : undefined;
  const isObject = ['Commit', 'Tree', 'Blob', 'Tag'].includes(type) && repository.objects.get(rest);
  return isObject ? { type: 'Object', repository, sha: rest } : undefined;
}
