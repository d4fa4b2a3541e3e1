import type { UpstreamRequest } from '@mcp-servers/core/http';
import type { Allowlist } from '@mcp-servers/core/outside';
import type { Addresses } from '../addresses.ts';
import type { PrivacyGuard } from '../leak.ts';
import type { Lookups } from '../lookups.ts';
import type { Query } from '../query.ts';
import { createAsked } from './asked.ts';
import { createBounds } from './bounds.ts';
import { type AnswerFacts, createCheckedAnswers, type Inside } from './checked-answers.ts';
import { createGists } from './gists.ts';
import { createGraphqlRequests } from './graphql-requests.ts';
import { createIssueHomes } from './issue-homes.ts';
import { createRestRequests } from './rest-requests.ts';

export interface Policy {
  /** The `allow` hook of the HTTP layer: throws to refuse. */
  request(request: UpstreamRequest): Promise<void>;
  /** The operation's text may be sent from now on, with the variables that its declaration explains. */
  declare(query: Query<unknown>): void;
  /** A REST answer without what is outside; throws when all of it is. Records what was read. */
  answer(data: unknown, facts: AnswerFacts): Promise<Inside>;
  graphqlAnswer(data: unknown, facts: { reads: boolean }): Inside;
  repository(name: string): void;
}

export interface PolicyOptions {
  readonly allowlist: Allowlist;
  readonly privacy: PrivacyGuard;
  readonly lookups: Lookups;
  readonly addresses: Addresses;
}

/** The allowlist and the guard of private data, on every path that a request can take. */
export function createPolicyHooks({ allowlist, privacy, lookups, addresses }: PolicyOptions): Policy {
  const parts = {
    ...{ bounds: createBounds(allowlist), privacy, lookups, issues: createIssueHomes() },
    ...{ asked: createAsked(addresses, lookups), gists: createGists({ privacy, lookups }) },
  };
  const checkRest = createRestRequests(parts);
  const graphql = createGraphqlRequests(parts);
  const answers = createCheckedAnswers(parts);
  const endpoint = new URL(addresses.graphql);
  return {
    repository: parts.bounds.repository,
    declare: graphql.declare,
    request(request) {
      const { origin, pathname } = request.url;
      const isGraphql = origin === endpoint.origin && pathname === endpoint.pathname;
      return isGraphql ? graphql.check(request) : checkRest(request);
    },
    answer: answers.rest,
    graphqlAnswer: answers.graphql,
  };
}
