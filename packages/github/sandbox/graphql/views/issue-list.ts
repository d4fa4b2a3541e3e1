import { type Issue, isPull, type PullRequest } from '../../model/issue.ts';
import type { IssueType } from '../../model/issue-types.ts';
import { mentionsIn } from '../../model/mentions.ts';
import { connect, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { byId } from './account.ts';

interface IssueFilters {
  readonly assignee?: string | null;
  readonly createdBy?: string | null;
  readonly labels?: readonly string[] | null;
  readonly mentioned?: string | null;
  readonly milestone?: string | null;
  readonly milestoneNumber?: string | null;
  readonly since?: string | null;
  readonly states?: readonly string[] | null;
}

export interface IssueArgs extends PageArgs, OrderArgs {
  readonly states?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly filterBy?: IssueFilters | null;
}

export interface PullArgs extends PageArgs, OrderArgs {
  readonly states?: readonly string[] | null;
  readonly labels?: readonly string[] | null;
  readonly baseRefName?: string | null;
  readonly headRefName?: string | null;
}

const orders = {
  CREATED_AT: ({ createdAt, id }: Issue) => createdAt * 1e3 + (id % 1e3),
  UPDATED_AT: ({ updatedAt, id }: Issue) => updatedAt * 1e3 + (id % 1e3),
  COMMENTS: ({ comments }: Issue) => comments.length,
};

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Lists with `labels` have those that carry any of them. */
const hasLabel = ({ labels }: Issue, wanted: readonly string[] | null | undefined) =>
  !wanted || labels.some(({ name }) => wanted.some((one) => isSame(one, name)));

export const stateOf = (issue: Issue): string => (issue.pull?.merged ? 'MERGED' : issue.state.toUpperCase());

interface Listed<T> {
  readonly name: string;
  readonly view: (item: T) => View;
}

/** An IssueConnection with its filters. */
export function issueList(
  g: Context,
  all: readonly Issue[],
  { name, args, view }: Listed<Issue> & { args: IssueArgs },
): View {
  const { states, labels, filterBy } = args;
  const found = all.filter(
    (issue) =>
      (!states || states.includes(stateOf(issue))) &&
      hasLabel(issue, labels) &&
      (!filterBy || passes(g, issue, filterBy)),
  );
  return connect(name, args, { ...byId, items: sorted(found, args.orderBy, orders), view });
}

function passes(g: Context, issue: Issue, filter: IssueFilters): boolean {
  const { assignee, createdBy, labels, mentioned, milestone, milestoneNumber, since, states } = filter;
  const texts = () => [issue.body ?? '', ...issue.comments.map(({ body }) => body)].join('\n');
  return (
    (assignee === undefined ||
      wild(
        assignee,
        issue.assignees.map(({ login }) => login),
      )) &&
    (!createdBy || isSame(issue.author.login, createdBy)) &&
    hasLabel(issue, labels) &&
    (!mentioned || mentionsIn(g.state, texts()).some(({ login }) => isSame(login, mentioned))) &&
    (milestone === undefined || wild(milestone, issue.milestone ? [String(issue.milestone.id)] : [])) &&
    (milestoneNumber === undefined || wild(milestoneNumber, issue.milestone ? [String(issue.milestone.number)] : [])) &&
    (!since || issue.updatedAt >= Date.parse(since)) &&
    (!states || states.includes(stateOf(issue)))
  );
}

/** null is none at all, '*' any. */
const wild = (wanted: string | null, held: readonly string[]): boolean =>
  wanted === null ? held.length === 0 : wanted === '*' ? held.length > 0 : held.some((one) => isSame(one, wanted));

/** A PullRequestConnection with its filters. */
export function pullList(
  all: readonly PullRequest[],
  { name, args, view }: Listed<PullRequest> & { args: PullArgs },
): View {
  const { states, labels, baseRefName, headRefName } = args;
  const found = all.filter(
    (one) =>
      (!states || states.includes(stateOf(one))) &&
      hasLabel(one, labels) &&
      (!baseRefName || one.pull.base.ref === baseRefName) &&
      (!headRefName || one.pull.head.ref === headRefName),
  );
  return connect(name, args, { ...byId, items: sorted(found, args.orderBy, orders), view });
}

/** issues and pullRequests of a label or milestone. */
export const issueLists = (g: Context, within: () => readonly Issue[]): View => ({
  issues: (args: IssueArgs) =>
    issueList(
      g,
      within().filter((one) => !one.pull),
      { name: 'issues', args, view: (item) => g.show.issue(item) },
    ),
  pullRequests: (args: PullArgs) =>
    pullList(within().filter(isPull), { name: 'pullRequests', args, view: (item) => g.show.pull(item) }),
});

/** Its id is the node_id of the REST API. */
export const issueTypeOf = (type: IssueType | undefined): View | null =>
  type
    ? {
        ...{ id: `IT_${type.id}`, name: type.name, description: type.description },
        ...{ color: type.color?.toUpperCase() ?? 'GRAY', isEnabled: type.isEnabled },
      }
    : null;
