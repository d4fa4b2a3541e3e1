import type { Account } from '../../model/accounts.ts';
import { iso } from '../../model/state.ts';
import type { Context, View } from '../context.ts';
import { repositoryNamed } from '../permits.ts';
import { accountNamed } from './account.ts';
import type { SearchArgs } from './search.ts';

interface Named {
  readonly owner: string;
  readonly name: string;
  readonly followRenames: boolean;
}

/** The root of every query. */
export function query(g: Context): View {
  const self = () => query(g);
  const account =
    (type?: Account['type']) =>
    ({ login }: { login: string }) =>
      g.show.account(accountNamed(g, login, type));
  return {
    viewer: () => g.show.user(g.viewer),
    rateLimit: rateLimit(g),
    repository: ({ owner, name, followRenames }: Named) =>
      g.show.repository(repositoryNamed(g, `${owner}/${name}`, { followRenames })),
    organization: account('Organization'),
    user: account('User'),
    repositoryOwner: account(),
    node: ({ id }: { id: string }) => g.show.node(id),
    // Each id that leads nowhere is an error of its own.
    nodes: ({ ids }: { ids: readonly string[] }) => ids.map((id) => attempt(() => g.show.node(id))),
    resource: ({ url }: { url: string }) => g.show.resource(url),
    search: (args: SearchArgs) => g.show.search(args),
    relay: self,
    id: 'Q_query',
    meta: { gitHubServicesSha: '0'.repeat(40), isPasswordAuthenticationVerifiable: false },
  };
}

function attempt(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

/** As it stands after this query, unless it is a dry run. */
const rateLimit =
  ({ call, token, cost }: Context) =>
  ({ dryRun }: { dryRun?: boolean }): View => {
    const { limit, used, remaining, reset } = call.limits.standing(token, 'graphql');
    const taken = dryRun ? 0 : cost.points;
    return {
      ...{ limit, cost: cost.points, nodeCount: cost.nodes },
      remaining: Math.max(0, remaining - taken),
      used: Math.min(limit, used + taken),
      resetAt: iso(reset * 1000),
    };
  };
