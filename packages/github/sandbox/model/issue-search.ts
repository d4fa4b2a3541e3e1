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

/** Words, "quoted texts" and qualifiers of a query. */
function termsOf(query: string): Term[] {
  return [...query.matchAll(/(-?)(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/gi)].map(([, minus, key, quoted, word]) => ({
    key: key?.toLowerCase(),
    value: quoted ?? word ?? '',
    isNegated: minus === '-',
  }));
}

type Test = (issue: Issue) => boolean;

export interface IssueQuery {
  readonly test: Test;
  /** Of sort:, where it is in the query. */
  readonly sort: string | undefined;
  /** Qualifiers that GitHub does not have, or values that it refuses. */
  readonly problems: readonly string[];
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** What a search for issues asks for; `me` is who @me stands for. */
export function parseIssueQuery(state: State, query: string, me: Account | undefined): IssueQuery {
  const terms = termsOf(query);
  const problems: string[] = [];
  const fields = terms.filter(({ key }) => key === 'in').flatMap(({ value }) => value.toLowerCase().split(','));
  // Several repositories, organisations and users widen the search; several of anything else narrow it.
  const places: Test[] = [];
  const tests: Test[] = [];
  for (const { key, value, isNegated } of terms) {
    if (key === 'in' || key === 'sort') continue;
    const found = key === undefined ? wordTest(value, fields) : qualifier(state, { key, value, me });
    if (typeof found === 'string') {
      problems.push(found);
      continue;
    }
    const isPlace = !isNegated && ['repo', 'org', 'user'].includes(key ?? '');
    (isPlace ? places : tests).push(isNegated ? (issue) => !found(issue) : found);
  }
  return {
    test: (issue) => (places.length === 0 || places.some((is) => is(issue))) && tests.every((is) => is(issue)),
    sort: terms.find(({ key }) => key === 'sort')?.value,
    problems,
  };
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
    return (issue) => of(issue).some((user) => user && isSame(user.login, login));
  };
  const names = value.split(',').map((name) => name.replaceAll('"', ''));
  switch (key) {
    case 'repo':
      return (issue) => isSame(fullName(issue.repository), value);
    case 'org':
    case 'user':
      return (issue) => isSame(issue.repository.owner.login, login);
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
      return (issue) => names.some((name) => issue.labels.some((label) => isSame(label.name, name)));
    case 'milestone':
      return (issue) => issue.milestone !== undefined && isSame(issue.milestone.title, value);
    case 'head':
      return (issue) => issue.pull?.head.ref === value;
    case 'base':
      return (issue) => issue.pull?.base.ref === value;
    case 'sha':
      return (issue) => issue.pull?.head.sha.startsWith(value) === true;
    case 'comments':
      return within(value, Number, (issue) => issue.comments.length);
    case 'reactions':
      return within(value, Number, (issue) => issue.reactions.length);
    case 'created':
      return dates(value, (issue) => issue.createdAt);
    case 'updated':
      return dates(value, (issue) => issue.updatedAt);
    case 'closed':
      return dates(value, (issue) => issue.closedAt);
    case 'merged':
      return dates(value, (issue) => issue.pull?.merged?.at ?? null);
    case 'parent-issue':
      return (issue) =>
        issue.parent !== undefined && isSame(`${fullName(issue.parent.repository)}#${issue.parent.number}`, value);
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
  return key === 'type' ? (issue) => isSame(issue.type?.name ?? '', value) : `${key}:${value} is not a qualifier`;
}

function reviewStanding(issue: Issue): string | undefined {
  if (!issue.pull) return undefined;
  const states = latestReviews(issue.pull).map(({ state }) => state);
  if (states.includes('CHANGES_REQUESTED')) return 'changes_requested';
  return states.includes('APPROVED') ? 'approved' : issue.pull.reviews.length > 0 ? 'required' : 'none';
}

/** >n, >=n, <n, <=n, n..m, n..*, *..m, n. */
function within(value: string, parse: (text: string) => number, of: (issue: Issue) => number | null): Test | string {
  const [, from, to] = /^(.*?)\.\.(.*)$/.exec(value) ?? [];
  const [, sign = '', plain = ''] = /^([<>]=?)?(.*)$/.exec(value) ?? [];
  const bounds = from !== undefined ? [from, to].filter((part) => part !== '*') : [plain];
  if (bounds.some((part) => Number.isNaN(parse(part ?? '')))) return `${value} is not a range`;
  return (issue) => {
    const actual = of(issue);
    if (actual === null) return false;
    if (from !== undefined) return (from === '*' || actual >= parse(from)) && (to === '*' || actual <= parse(to ?? ''));
    const wanted = parse(plain);
    const tests: Readonly<Record<string, boolean>> = {
      ...{ '>': actual > wanted, '>=': actual >= wanted, '<': actual < wanted, '<=': actual <= wanted },
    };
    return tests[sign] ?? actual === wanted;
  };
}

const day = 86_400_000;

/** Like `within`, where a day without a time is all of that day. */
function dates(value: string, of: (issue: Issue) => number | null): Test | string {
  const isDay = (text: string | undefined) => /^\d{4}-\d\d-\d\d$/.test(text ?? '');
  const [, from, to] = /^(.*?)\.\.(.*)$/.exec(value) ?? [];
  const [, sign = '', plain = ''] = /^([<>]=?)?(.*)$/.exec(value) ?? [];
  const end = (text: string) => new Date(Date.parse(text) + day - 1000).toISOString();
  if (from !== undefined) return within(`${from}..${isDay(to) ? end(to ?? '') : to}`, Date.parse, of);
  if (!isDay(plain)) return within(value, Date.parse, of);
  if (sign === '') return within(`${plain}..${end(plain)}`, Date.parse, of);
  return within(sign === '>' || sign === '<=' ? `${sign}${end(plain)}` : value, Date.parse, of);
}

export const searchIssues = (state: State, query: IssueQuery): Issue[] => everyIssue(state).filter(query.test);
