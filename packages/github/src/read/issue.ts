import type { GitHub, GitHubCall, RepositoryName, RestData } from '../client/index.ts';
import { bodyWithin } from './budget.ts';
import { telling } from './given.ts';
import { type ListAsked, type ListPage, listPages } from './listing/index.ts';
import { loginOf } from './untrusted.ts';

export type Issue = RestData<'GET /repos/{owner}/{repo}/issues/{issue_number}'>;
type Comment = RestData<'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'>[number];
type Row = Record<string, unknown>;

export interface IssueName extends RepositoryName {
  readonly number: number;
}

/** `owner/name#12`. */
export const issueLabel = ({ owner, repo, number }: IssueName): string => `${owner}/${repo}#${number}`;

const parametersOf = ({ owner, repo, number }: IssueName) => ({ owner, repo, issue_number: number });

export async function readIssue(github: GitHub, name: IssueName, call: GitHubCall): Promise<Issue> {
  return (await github.rest('GET /repos/{owner}/{repo}/issues/{issue_number}', parametersOf(name), call)).data;
}

export const labelsOf = (issue: Pick<Issue, 'labels'>): string[] =>
  issue.labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? [])));

/** Without its body. */
export function toIssueRow(issue: Issue): Row {
  return {
    ...{ number: issue.number, title: issue.title, state: issue.state },
    ...telling({
      state_reason: issue.state_reason,
      pull_request: issue.pull_request !== undefined,
      draft: issue.draft,
      locked: issue.locked,
      type: issue.type?.name,
      labels: labelsOf(issue),
      assignees: issue.assignees?.map(loginOf),
      milestone: issue.milestone?.title,
    }),
    ...{ author: loginOf(issue.user), comments: issue.comments },
    ...telling({ reactions: reactionsOf(issue.reactions), association: telledAssociation(issue.author_association) }),
    ...{ created_at: issue.created_at, updated_at: issue.updated_at },
    ...telling({ closed_at: issue.closed_at, closed_by: issue.closed_by?.login }),
    url: issue.html_url,
  };
}

const telledAssociation = (association: string | undefined) => (association === 'NONE' ? undefined : association);

/** `{ '+1': 3 }`; undefined without any. */
function reactionsOf(reactions: object | undefined): Record<string, number> | undefined {
  const counts = Object.entries(reactions ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0 && entry[0] !== 'total_count',
  );
  return counts.length > 0 ? Object.fromEntries(counts) : undefined;
}

/** What a comment has beside its body. */
const commentFactsChars = 360;

/** A comment; of a body that does not fit its start. */
const toComment = (comment: Comment, maxChars: number): Row => ({
  comment_id: comment.id,
  author: loginOf(comment.user),
  ...telling({ association: telledAssociation(comment.author_association), reactions: reactionsOf(comment.reactions) }),
  created_at: comment.created_at,
  ...(comment.updated_at !== comment.created_at && { updated_at: comment.updated_at }),
  ...bodyWithin(comment.body, maxChars - commentFactsChars),
});

/** An issue seen from another one, which may be in another repository. */
const toLink = (issue: Issue): Row => ({
  repo: issue.repository_url.split('/').slice(-2).join('/'),
  ...{ number: issue.number, title: issue.title, state: issue.state },
  ...telling({ state_reason: issue.state_reason, assignees: issue.assignees?.map(loginOf) }),
});

export const issueParts = ['comments', 'timeline', 'sub_issues', 'parent', 'blocked_by', 'blocking'] as const;
export type IssuePart = (typeof issueParts)[number];

/** One list that belongs to an issue. */
export function readIssuePart(
  github: GitHub,
  { part, ...name }: IssueName & { part: IssuePart },
  how: { asked: ListAsked; call: GitHubCall },
): Promise<ListPage<Row>> {
  const parameters = parametersOf(name);
  const below = 'GET /repos/{owner}/{repo}/issues/{issue_number}' as const;
  switch (part) {
    case 'comments': {
      const route = `${below}/comments` as const;
      const toRow = (comment: Comment) => toComment(comment, how.asked.maxChars);
      return listPages(github, { route, parameters, toRow }, how);
    }
    case 'timeline':
      return listPages(github, { route: `${below}/timeline`, parameters, toRow: toEvent }, how);
    case 'sub_issues':
      return listPages(github, { route: `${below}/sub_issues`, parameters, toRow: toLink }, how);
    case 'blocked_by':
    case 'blocking':
      return listPages(github, { route: `${below}/dependencies/${part}`, parameters, toRow: toLink }, how);
    case 'parent':
      return readParent(github, parameters, how.call);
  }
}

async function readParent(
  github: GitHub,
  parameters: ReturnType<typeof parametersOf>,
  call: GitHubCall,
): Promise<ListPage<Row>> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/parent';
  const { status, data } = await github.rest(route, parameters, { ...call, expect: [404] });
  return { items: status === 404 ? [] : [toLink(data as Issue)] };
}

interface TimelineEvent {
  event?: string;
  actor?: { login: string } | null;
  user?: { login: string } | null;
  created_at?: string;
  submitted_at?: string;
  commit_id?: string | null;
  sha?: string;
  message?: string;
  label?: { name?: string };
  milestone?: { title?: string };
  assignee?: { login: string } | null;
  /** Of a commit, which has no actor. */
  author?: { name?: string; date?: string } | null;
  requested_reviewer?: { login: string } | null;
  requested_team?: { name?: string } | null;
  lock_reason?: string | null;
  rename?: { from: string; to: string };
  state?: string;
  source?: { issue?: Issue };
  state_reason?: string | null;
}

/** Without comments, which are a list of their own. */
function toEvent(given: unknown): Row | undefined {
  const event = given as TimelineEvent;
  if (event.event === 'commented') return undefined;
  const source = event.source?.issue;
  return {
    event: event.event ?? 'unknown',
    ...telling({
      actor: event.actor?.login ?? event.user?.login ?? event.author?.name,
      at: event.created_at ?? event.submitted_at ?? event.author?.date,
      label: event.label?.name,
      milestone: event.milestone?.title,
      assignee: event.assignee?.login,
      from: event.rename?.from,
      to: event.rename?.to,
      state: event.state,
      reviewer: event.requested_reviewer?.login ?? event.requested_team?.name,
      reason: event.state_reason ?? event.lock_reason,
      commit: event.commit_id ?? event.sha,
      message: event.message?.split('\n')[0],
      source: source && `${source.repository_url.split('/').slice(-2).join('/')}#${source.number} ${source.title}`,
    }),
  };
}
