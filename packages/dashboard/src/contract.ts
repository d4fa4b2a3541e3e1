/**
 * What the dashboard's HTTP API answers and what its stream says: zod schemas and their types, for the page, the tests and
 * `/openapi.json`. Names are those of the goal agent's tools; a field that says nothing (null, empty list, 0 blockers) is absent.
 */
export * from './contract/connect.ts';
export * from './contract/items.ts';
export * from './contract/live.ts';
export * from './contract/problem.ts';
export type * from './contract/requests.ts';
export * from './contract/servers.ts';
