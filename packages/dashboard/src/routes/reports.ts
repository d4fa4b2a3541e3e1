import { getStats } from '@mcp-servers/goals/work';
import * as z from 'zod';
import { CallQuery, SearchQuery, StatsQuery } from '../contract/requests.ts';
import { About, CallList, Health, ItemPage, type ItemRow, ServerDetail, ServerList, Stats } from '../contract.ts';
import { defineRoute } from '../http/route.ts';
import { listItems, unbounded } from './items.ts';

const alive = z.object({ status: z.literal('alive'), service: z.literal('mcp-dashboard'), version: z.string() });
const ready = z.object({ status: z.enum(['ready', 'not ready']), reason: z.string().optional() });

export const reportRoutes = [
  defineRoute({
    ...{ method: 'get', path: '/api/search', tag: 'Goals', summary: 'Search goals, tasks and their notes' },
    query: SearchQuery,
    answer: ItemPage,
    async run({ query }, { store }) {
      const page = await listItems(store, query);
      return { ...page, items: page.items as ItemRow[] };
    },
  }),
  defineRoute({
    ...{ method: 'get', path: '/api/stats', tag: 'Goals', summary: 'Counts, throughput, lead and cycle times, tags' },
    query: StatsQuery,
    answer: Stats,
    also: [404],
    run: ({ query }, parts) => getStats(parts, query, { maxChars: unbounded }) as unknown as Promise<Stats>,
  }),
  defineRoute({
    ...{ method: 'get', path: '/api/servers', tag: 'Servers', summary: 'Every server and its state, worst first' },
    answer: ServerList,
    run: async (_, { servers }) => ({ items: servers.list(), at: new Date().toISOString() }),
  }),
  defineRoute({
    ...{
      method: 'get',
      path: '/api/servers/:name',
      tag: 'Servers',
      summary: 'A server: processes, tools, latency, errors',
    },
    params: z.object({ name: z.string().min(1).max(100) }),
    answer: ServerDetail,
    also: [404],
    run: ({ params }, { servers }) => servers.detail(params.name),
  }),
  defineRoute({
    ...{ method: 'get', path: '/api/calls', tag: 'Activity', summary: 'The latest tool calls of every local process' },
    query: CallQuery,
    answer: CallList,
    async run({ query: { server, status, limit } }, { servers }) {
      const calls = await servers.calls();
      const wanted = calls.filter(
        (call) => (server === undefined || call.server === server) && (status === undefined || call.status === status),
      );
      return { items: wanted.slice(0, limit) };
    },
  }),
  defineRoute({
    ...{ method: 'get', path: '/api/about', tag: 'Dashboard', summary: 'This dashboard and its store' },
    answer: About,
    async run(_, { about, database, caller, url }) {
      const { kind, host, port, database: name } = database.describe();
      return {
        ...{ version: about.version, started_at: about.startedAt.toISOString(), home: about.home },
        store: { kind, host, port, database: name },
        ...{ actor: caller.actor, create_per_minute: about.createPerMinute, url: url() },
      };
    },
  }),
  defineRoute({
    ...{ method: 'get', path: '/health', tag: 'Health', summary: 'The state of everything, and why', open: true },
    answer: Health,
    also: [503],
    run: (_, { health }) => health(),
    statusOf: ({ status }) => (status === 'unhealthy' ? 503 : 200),
  }),
  defineRoute({
    ...{ method: 'get', path: '/livez', tag: 'Health', summary: 'Whether the process answers', open: true },
    answer: alive,
    run: async (_, { about }) => ({
      ...{ status: 'alive' as const, service: 'mcp-dashboard' as const },
      version: about.version,
    }),
  }),
  defineRoute({
    ...{
      method: 'get',
      path: '/readyz',
      tag: 'Health',
      summary: 'Whether it can serve: the database answers',
      open: true,
    },
    answer: ready,
    also: [503],
    async run(_, { database }) {
      const { status, reason } = await database.health();
      if (status === 'healthy') return { status: 'ready' as const };
      return { status: 'not ready' as const, ...(reason && { reason }) };
    },
    statusOf: ({ status }) => (status === 'ready' ? 200 : 503),
  }),
];
