import type { Octokit } from 'octokit';

// Octokit's table of endpoints is only reachable through the type of its `request`.
declare const request: Octokit['request'];

/** Every REST route that octokit knows: `GET /repos/{owner}/{repo}/issues`. */
export type Route = Parameters<typeof request<'GET /user'>>[0];

/** Path, query and body parameters of a route, beside `headers` and `mediaType`. */
export type RestParameters<R extends Route> = NonNullable<Parameters<typeof request<R>>[1]>;

/** The JSON that a route answers with. Its numbers are numbers: octokit's own parser would make some of them BigInt, which is not used. */
export type RestData<R extends Route> = Plain<Awaited<ReturnType<typeof request<R>>>['data']>;

type Plain<T> = T extends bigint ? never : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
