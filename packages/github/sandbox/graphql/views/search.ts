import type { Call, Handler } from '../../call.ts';
import { type Issue, issueById } from '../../model/issue.ts';
import { Refusal } from '../../refusal.ts';
import { issueSearch } from '../../routes/issue-search.ts';
import { search as restSearch } from '../../routes/search.ts';
import { connect, type PageArgs } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { searchDiscussions } from './search-discussions.ts';

type Kind = 'ISSUE' | 'REPOSITORY' | 'USER' | 'DISCUSSION';

export interface SearchArgs extends PageArgs {
  readonly query: string;
  readonly type: Kind;
}

/** Search as REST has it, with the views of GraphQL. */
export async function search(g: Context, args: SearchArgs): Promise<View> {
  const { query, type } = args;
  const found = await hitsOf(g, { query, type });
  const counts = { issueCount: 0, repositoryCount: 0, userCount: 0, discussionCount: 0, codeCount: 0, wikiCount: 0 };
  return connect('search', args, {
    items: found.items,
    view: ({ view }) => view(),
    key: ({ key }) => key,
    isUncounted: true,
    more: { ...counts, [`${type.toLowerCase()}Count`]: found.total },
  });
}

interface Hit {
  readonly key: number;
  readonly view: () => View;
}

interface Found {
  readonly items: readonly Hit[];
  readonly total: number;
}

async function hitsOf(g: Context, { query, type }: { query: string; type: Kind }): Promise<Found> {
  switch (type) {
    case 'ISSUE':
      return issues(g, query);
    case 'REPOSITORY': {
      const { items, total } = await ids(g, 'GET /search/repositories', query);
      const repositories = items.flatMap((id) => g.state.repositories.get(id) ?? []);
      return { total, items: repositories.map((one) => ({ key: one.id, view: () => g.show.repository(one) })) };
    }
    case 'USER': {
      const { items, total } = await ids(g, 'GET /search/users', query);
      const accounts = items.flatMap((id) => g.state.accounts.get(id) ?? []);
      return { total, items: accounts.map((one) => ({ key: one.id, view: () => g.show.account(one) })) };
    }
    case 'DISCUSSION': {
      const items = searchDiscussions(g, query).map((one) => ({ key: one.id, view: () => g.show.discussion(one) }));
      return { items, total: items.length };
    }
  }
}

async function issues(g: Context, query: string): Promise<Found> {
  const { items, total } = await ids(g, 'GET /search/issues', query);
  const found = items.map((id) => issueById(g.state, id)).filter((one): one is Issue => one !== undefined);
  return { total, items: found.map((one) => ({ key: one.id, view: () => g.show.issueOrPull(one) })) };
}

const routes: Readonly<Record<string, Handler>> = { ...restSearch.routes, ...issueSearch.routes };

interface Body {
  readonly total_count: number;
  readonly items: readonly { readonly id: number }[];
}

/** Ids of what the REST route finds, all pages of it. What REST refuses is an empty result here. */
async function ids(g: Context, route: string, q: string): Promise<{ items: number[]; total: number }> {
  const handler = routes[route];
  if (!handler) throw new Error(`the sandbox has no ${route}`);
  const items: number[] = [];
  for (let page = 1; ; page += 1) {
    const call: Call = { ...g.call, method: 'GET', route, query: { q, page, per_page: 100 } };
    try {
      const { total_count: total, items: found } = (await handler(call)).body as Body;
      items.push(...found.map(({ id }) => id));
      if (found.length < 100 || items.length >= g.state.bounds.searchResults) return { items, total };
    } catch (error) {
      if (error instanceof Refusal && error.status === 422) return { items: [], total: 0 };
      throw error;
    }
  }
}
