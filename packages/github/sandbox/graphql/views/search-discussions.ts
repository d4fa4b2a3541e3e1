import { allComments, type Discussion, everyDiscussion } from '../../model/discussions.ts';
import { fullName } from '../../model/repository.ts';
import { checks, isEqual, matchesTerms, parseQuery, type SearchQuery, valuesOf } from '../../search/query.ts';
import { inRange } from '../../search/range.ts';
import type { Context } from '../context.ts';
import { isListed } from '../permits.ts';

/** Several of them widen the search, several of anything else narrow it. */
const places = ['repo', 'org', 'user'];

/** Discussions by words and qualifiers; a qualifier that is not known here is a problem of the request. */
export function searchDiscussions(g: Context, text: string): Discussion[] {
  const query = parseQuery(text);
  const found = everyDiscussion(g.state).filter(
    (one) => one.repository.hasDiscussions && isListed(g, one.repository) && isIn(query, one) && passes(g, query, one),
  );
  for (const { key } of query.qualifiers) {
    if (!known.has(key)) g.problem(`The sandbox does not search discussions by ${key}:`);
  }
  const order = valuesOf(query, 'sort')[0] ?? '';
  const sign = order.endsWith('-asc') ? -1 : 1;
  const value = (one: Discussion) =>
    order.startsWith('updated') ? one.updatedAt : order.startsWith('comments') ? one.comments.length : one.createdAt;
  return found.sort((a, b) => sign * (value(b) - value(a) || b.id - a.id));
}

function isIn({ qualifiers }: SearchQuery, { repository }: Discussion): boolean {
  const given = qualifiers.filter(({ key }) => places.includes(key));
  const isNamed = ({ key, value }: { key: string; value: string }) =>
    isEqual(key === 'repo' ? fullName(repository) : repository.owner.login, value.replace(/^@/, ''));
  const wanted = given.filter(({ negated }) => !negated);
  return (wanted.length === 0 || wanted.some(isNamed)) && !given.some((one) => one.negated && isNamed(one));
}

type Tests = Readonly<Record<string, (value: string) => boolean>>;

function passes(g: Context, query: SearchQuery, one: Discussion): boolean {
  const qualifiers = query.qualifiers.filter(({ key }) => !places.includes(key));
  const fields = valuesOf(query, 'in').flatMap((value) => value.split(','));
  const comments = allComments(one);
  const texts: Readonly<Record<string, string>> = {
    title: one.title,
    body: one.body,
    comments: comments.map(({ body }) => body).join('\n'),
  };
  const searched = fields.length > 0 ? fields : Object.keys(texts);
  return (
    matchesTerms(query, searched.map((field) => texts[field] ?? '').join('\n')) &&
    checks({ ...query, qualifiers }, testsFor(g, one))
  );
}

function testsFor(g: Context, one: Discussion): Tests {
  const { repository, author, category, answer, closed } = one;
  const comments = allComments(one);
  const isUser = (login: string, value: string) => isEqual(login, value.replace(/^@me$/, g.viewer.login));
  const commented = (value: string) => comments.some((comment) => isUser(comment.author.login, value));
  const is: Readonly<Record<string, boolean>> = {
    ...{ open: closed === undefined, closed: closed !== undefined, locked: one.locked, unlocked: !one.locked },
    ...{ answered: answer !== undefined, unanswered: category.isAnswerable && answer === undefined },
    ...{ public: repository.visibility === 'public', private: repository.visibility !== 'public' },
  };
  return {
    is: (value) => is[value.toLowerCase()] ?? false,
    author: (value) => isUser(author.login, value),
    commenter: commented,
    involves: (value) => isUser(author.login, value) || commented(value),
    'answered-by': (value) => answer !== undefined && isUser(answer.comment.author.login, value),
    category: (value) => isEqual(category.name, value) || isEqual(category.slug, value),
    label: (value) => one.labels.some(({ name }) => isEqual(name, value)),
    comments: (value) => inRange(value, comments.length),
    reactions: (value) => inRange(value, one.reactions.length),
    created: (value) => inRange(value, one.createdAt, 'time'),
    updated: (value) => inRange(value, one.updatedAt, 'time'),
    archived: (value) => String(repository.archived) === value,
  };
}

const known = new Set([
  ...[...places, 'in', 'sort', 'is', 'author', 'commenter', 'involves', 'answered-by', 'category', 'label'],
  ...['comments', 'reactions', 'created', 'updated', 'archived', 'type'],
]);
