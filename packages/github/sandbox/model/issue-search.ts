import { isEqual } from '../search/query.ts';
import { toRange } from '../search/range.ts';
import { type Account, findAccount } from './accounts.ts';
import { everyIssue, type Issue } from './issue.ts';
import { mentionsIn } from './mentions.ts';
import { fullName } from './repository.ts';
import { latestReviews } from './reviews-of.ts';
import type { State } from './state.ts';

interface Term {
  readonly key: string | undefined;
  readonly value: string;
  readonly isNegated: boolean;
}

/** Words, "quoted texts" and qualifiers of a query, and of advanced search its brackets and operators. */
const tokensOf = (query: string): string[] => query.match(/[()]|-?(?:[a-z-]+:)?"[^"]*"|-?[^\s()]+/gi) ?? [];

function toTerm(token: string): Term {
  const [, minus, key, quoted, word] = /^(-?)(?:([a-z-]+):)?(?:"([^"]*)"|(.*))$/is.exec(token) ?? [];
  return { key: key?.toLowerCase(), value: quoted ?? word ?? '', isNegated: minus === '-' };
}

type Test = (issue: Issue) => boolean;

export interface IssueQuery {
  readonly test: Test;
  /** Of sort:, where it is in the query. */
  readonly sort: string | undefined;
  /** Qualifiers that GitHub does not have, or values that it refuses. */
  readonly problems: readonly string[];
}

const places = ['repo', 'org', 'user'];

/**
 * What a search for issues asks for; `me` is who @me stands for. Several repositories, organisations and users widen a search, unless it
 * is an advanced one, where a blank is AND everywhere and OR must be said.
 */
export function parseIssueQuery(
  state: State,
  query: string,
  { me, advanced }: { me: Account | undefined; advanced: boolean },
): IssueQuery {
  const tokens = tokensOf(query);
  const terms = tokens.map(toTerm);
  const problems: string[] = [];
  const fields = terms.filter(({ key }) => key === 'in').flatMap(({ value }) => value.toLowerCase().split(','));
  const toTest = ({ key, value, isNegated }: Term): Test => {
    if (key === 'in' || key === 'sort') return () => true;
    const found = key === undefined ? wordTest(value, fields) : qualifier(state, { key, value, me });
    if (typeof found !== 'string') return isNegated ? (issue) => !found(issue) : found;
    problems.push(found);
    return () => false;
  };
  const sort = terms.find(({ key }) => key === 'sort')?.value;
  if (advanced) return { test: parseAdvanced(tokens, (token) => toTest(toTerm(token))), sort, problems };
  const isPlace = ({ key = '', isNegated }: Term) => !isNegated && places.includes(key);
  const anyOf = terms.filter(isPlace).map(toTest);
  const allOf = terms.filter((term) => !isPlace(term)).map(toTest);
  return {
    test: (issue) => (anyOf.length === 0 || anyOf.some((is) => is(issue))) && allOf.every((is) => is(issue)),
    ...{ sort, problems },
  };
}

/** Brackets, OR, and AND, which binds closer and may be left out. */
function parseAdvanced(tokens: readonly string[], toTest: (token: string) => Test): Test {
  let at = 0;
  const either = (): Test => {
    const tests = [both()];
    while (tokens[at] === 'OR') {
      at += 1;
      tests.push(both());
    }
    return (issue) => tests.some((is) => is(issue));
  };
  const both = (): Test => {
    const tests: Test[] = [];
    for (let token = tokens[at]; token !== undefined && token !== 'OR' && token !== ')'; token = tokens[at]) {
      at += 1;
      if (token === 'AND') continue;
      tests.push(token === '(' ? either() : toTest(token));
      if (token === '(') at += 1;
    }
    return (issue) => tests.every((is) => is(issue));
  };
  return either();
}

function wordTest(word: string, fields: readonly string[]): Test {
  const wanted = word.toLowerCase();
  const within = (name: string) => fields.length === 0 || fields.includes(name);
  return (issue) => {
    const texts = [
      ...(within('title') ? [issue.title] : []),
      ...(within('body') ? [issue.body ?? ''] : []),
      ...(within('comments') ? issue.comments.map(({ body }) => body) : []),
    ];
    return texts.some((text) => text.toLowerCase().includes(wanted));
  };
}

interface Asked {
  readonly key: string;
  readonly value: string;
  readonly me: Account | undefined;
}

function qualifier(state: State, { key, value, me }: Asked): Test | string {
  const login = value.replace(/^@me$/i, me?.login ?? '').replace(/^@/, '');
  const byUser = (of: (issue: Issue) => readonly (Account | undefined)[]): Test | string => {
    if (!findAccount(state, login)) return `${key}: user ${login} does not exist`;
    return (issue) => of(issue).some((user) => user && isEqual(user.login, login));
  };
  const names = value.split(',').map((name) => name.replaceAll('"', ''));
  switch (key) {
    case 'repo':
      return (issue) => isEqual(fullName(issue.repository), value);
    case 'org':
    case 'user':
      return (issue) => isEqual(issue.repository.owner.login, login);
    case 'is':
    case 'type':
    case 'state':
    case 'archived':
    case 'draft':
    case 'locked':
    case 'no':
    case 'has':
    case 'reason':
      return flag(key, value.toLowerCase());
    case 'author':
      return byUser((issue) => [issue.author]);
    case 'assignee':
      return value === '*' ? (issue) => issue.assignees.length > 0 : byUser((issue) => issue.assignees);
    case 'mentions':
      return byUser((issue) => mentionsIn(state, everyText(issue)));
    case 'commenter':
      return byUser((issue) => issue.comments.map(({ author }) => author));
    case 'involves':
      return byUser((issue) => [
        ...[issue.author, ...issue.assignees, ...issue.comments.map(({ author }) => author)],
        ...mentionsIn(state, everyText(issue)),
      ]);
    case 'review-requested':
    case 'user-review-requested':
      return byUser((issue) => issue.pull?.requestedReviewers ?? []);
    case 'reviewed-by':
      return byUser((issue) => issue.pull?.reviews.map(({ author }) => author) ?? []);
    case 'review':
      return (issue) => reviewStanding(issue) === value;
    case 'label':
      return (issue) => names.some((name) => issue.labels.some((label) => isEqual(label.name, name)));
    case 'milestone':
      return (issue) => issue.milestone !== undefined && isEqual(issue.milestone.title, value);
    case 'head':
      return (issue) => issue.pull?.head.ref === value;
    case 'base':
      return (issue) => issue.pull?.base.ref === value;
    case 'sha':
      return (issue) => issue.pull?.head.sha.startsWith(value) === true;
    case 'comments':
      return within(value, (issue) => issue.comments.length);
    case 'reactions':
      return within(value, (issue) => issue.reactions.length);
    case 'created':
      return within(value, (issue) => issue.createdAt, 'time');
    case 'updated':
      return within(value, (issue) => issue.updatedAt, 'time');
    case 'closed':
      return within(value, (issue) => issue.closedAt, 'time');
    case 'merged':
      return within(value, (issue) => issue.pull?.merged?.at ?? null, 'time');
    case 'parent-issue':
      return (issue) =>
        issue.parent !== undefined && isEqual(`${fullName(issue.parent.repository)}#${issue.parent.number}`, value);
    default:
      return `${key} is not a qualifier`;
  }
}

const everyText = (issue: Issue) => [issue.body ?? '', ...issue.comments.map(({ body }) => body)].join('\n');

const flags: Readonly<Record<string, Test>> = {
  'is open': (issue) => issue.state === 'open',
  'is closed': (issue) => issue.state === 'closed',
  'is issue': (issue) => issue.pull === undefined,
  'is pr': (issue) => issue.pull !== undefined,
  'is pull-request': (issue) => issue.pull !== undefined,
  'is merged': (issue) => issue.pull?.merged !== undefined,
  'is unmerged': (issue) => issue.pull !== undefined && issue.pull.merged === undefined,
  'is draft': (issue) => issue.pull?.draft === true,
  'is locked': (issue) => issue.locked,
  'is unlocked': (issue) => !issue.locked,
  'is public': (issue) => issue.repository.visibility === 'public',
  'is private': (issue) => issue.repository.visibility !== 'public',
  'is blocked': (issue) => issue.blockedBy.some((other) => other.state === 'open'),
  'is blocking': (issue) => issue.state === 'open' && issue.blocking.length > 0,
  'archived true': (issue) => issue.repository.archived,
  'archived false': (issue) => !issue.repository.archived,
  'draft true': (issue) => issue.pull?.draft === true,
  'draft false': (issue) => issue.pull?.draft === false,
  'locked true': (issue) => issue.locked,
  'locked false': (issue) => !issue.locked,
  'has label': (issue) => issue.labels.length > 0,
  'has assignee': (issue) => issue.assignees.length > 0,
  'has milestone': (issue) => issue.milestone !== undefined,
  'has parent-issue': (issue) => issue.parent !== undefined,
  'has sub-issue': (issue) => issue.subIssues.length > 0,
  'has type': (issue) => issue.type !== undefined,
  'reason completed': (issue) => issue.stateReason === 'completed',
  'reason not planned': (issue) => issue.stateReason === 'not_planned',
  'reason duplicate': (issue) => issue.stateReason === 'duplicate',
};

function flag(key: string, value: string): Test | string {
  if (key === 'no') {
    const has = flags[`has ${value}`];
    return has ? (issue) => !has(issue) : `no:${value} is not a qualifier`;
  }
  const alias = { state: 'is', type: 'is' }[key] ?? key;
  const found = flags[`${alias} ${value}`];
  if (found) return found;
  // type: also names an organisation's own types of issues.
  return key === 'type' ? (issue) => isEqual(issue.type?.name ?? '', value) : `${key}:${value} is not a qualifier`;
}

function reviewStanding(issue: Issue): string | undefined {
  if (!issue.pull) return undefined;
  const states = latestReviews(issue.pull).map(({ state }) => state);
  if (states.includes('CHANGES_REQUESTED')) return 'changes_requested';
  return states.includes('APPROVED') ? 'approved' : issue.pull.reviews.length > 0 ? 'required' : 'none';
}

function within(value: string, of: (issue: Issue) => number | null, kind?: 'time'): Test | string {
  const isIn = toRange(value, kind);
  if (!isIn) return `${value} is not a range`;
  return (issue) => {
    const actual = of(issue);
    return actual !== null && isIn(actual);
  };
}

export const searchIssues = (state: State, query: IssueQuery): Issue[] => everyIssue(state).filter(query.test);
