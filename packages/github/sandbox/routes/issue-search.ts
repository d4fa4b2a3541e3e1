import { canSee, isHiddenBySaml, partialHeader } from '../access.ts';
import { type Area, type Call, pageOf, text } from '../call.ts';
import type { Issue } from '../model/issue.ts';
import { parseIssueQuery, searchIssues } from '../model/issue-search.ts';
import type { ReactionContent } from '../model/reactions.ts';
import { findRepository } from '../model/repository.ts';
import { invalid, Refusal } from '../refusal.ts';
import { ok } from '../reply.ts';
import { issueView } from '../views/issue.ts';

const mostLength = 256;
const unseen =
  'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.';

const faces: Readonly<Record<string, ReactionContent>> = {
  ...{ '+1': '+1', '-1': '-1', smile: 'laugh', thinking_face: 'confused', heart: 'heart', tada: 'hooray' },
};

function keyOf(sort: string): (issue: Issue) => number {
  if (sort === 'updated') return (issue) => issue.updatedAt;
  if (sort === 'comments') return (issue) => issue.comments.length;
  if (sort === 'reactions') return (issue) => issue.reactions.length;
  if (sort === 'interactions') return (issue) => issue.reactions.length + issue.comments.length;
  const content = faces[sort.replace(/^reactions-/, '')];
  if (content) return (issue) => issue.reactions.filter((reaction) => reaction.content === content).length;
  return (issue) => issue.createdAt;
}

/** Refuses as a whole when nothing that `repo:` names can be seen. */
function refuseUnseen(call: Call, query: string): void {
  const names = [...query.matchAll(/(?<!-)\brepo:"?([\w.-]+\/[\w.-]+)/gi)].map(([, name]) => name ?? '');
  const isSeen = (name: string) => {
    const repository = findRepository(call.state, name);
    return repository !== undefined && canSee(call, repository);
  };
  if (names.length > 0 && !names.some(isSeen)) {
    throw invalid({ message: unseen, resource: 'Search', field: 'q', code: 'invalid' });
  }
}

/** Tokens of apps and fine-grained ones must say what they look for. */
function refuseVague({ token }: Call, query: string): void {
  if (token?.kind !== 'fine-grained' || /\b(is|type):(issue|pr|pull-request)\b/i.test(query)) return;
  const message = "Query must include 'is:issue' or 'is:pull-request'";
  throw invalid({ message, resource: 'Search', field: 'q', code: 'invalid' });
}

function search(call: Call) {
  const q = text(call, 'q') ?? '';
  if (q.trim() === '') throw invalid({ resource: 'Search', field: 'q', code: 'missing' });
  const advanced = call.query.advanced_search === 'true';
  const words = q.replaceAll(/\S+:(?:"[^"]*"|\S+)/g, '').trim();
  if (words.length > mostLength) {
    const message = `The search is longer than ${mostLength} characters.`;
    throw invalid({ resource: 'Search', field: 'q', code: 'invalid', message });
  }
  if (!advanced && /(?:^|\s)(?:AND|OR)\s|[()]/.test(q.replaceAll(/"[^"]*"/g, ''))) {
    throw new Error('AND, OR and parentheses are of advanced search, which this request does not ask for');
  }
  refuseVague(call, q);
  refuseUnseen(call, q);
  const query = parseIssueQuery(call.state, q, { me: call.user, advanced });
  if (query.problems.length > 0) {
    throw invalid({ resource: 'Search', field: 'q', code: 'invalid', message: query.problems.join('; ') });
  }
  const [named, way] = (query.sort ?? '').split(/-(?=asc$|desc$)/);
  const key = keyOf(text(call, 'sort') || named || 'created');
  const found = searchIssues(call.state, query)
    .filter((issue) => canSee(call, issue.repository) && !isHiddenBySaml(call, issue.repository.owner))
    .sort((a, b) => key(b) - key(a) || b.id - a.id);
  if ((text(call, 'order') ?? way) === 'asc') found.reverse();
  const most = call.state.bounds.searchResults;
  const size = Math.min(100, Number(call.query.per_page ?? 30));
  if ((Number(call.query.page ?? 1) - 1) * size >= most) {
    throw new Refusal(422, `Only the first ${most} search results are available`);
  }
  const { slice, headers } = pageOf(call, found, { most });
  const items = slice.map((issue) => ({ ...issueView(call, issue), score: 1 }));
  const answer = { total_count: found.length, incomplete_results: call.state.searchTimesOut, items };
  return ok({ ...answer, search_type: 'lexical' }, { headers: { ...headers, ...partialHeader(call) } });
}

export const issueSearch: Area = { name: 'issue search', routes: { 'GET /search/issues': search } };
