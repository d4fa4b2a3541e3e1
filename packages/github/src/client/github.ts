import type { Missing } from './missing.ts';
import type { Query } from './query.ts';
import type { RestData, RestParameters, Route } from './routes.ts';
import type { GitHubState } from './state.ts';

export interface GitHubCall {
  readonly signal: AbortSignal;
  /** By the method, or the kind of a query, unless given: a POST that only reads is a `read`. */
  readonly class?: 'read' | 'write' | 'search';
  /** Doing it twice changes nothing more, so it may be retried. True for GET, HEAD and queries. */
  readonly idempotent?: boolean;
  /** Of the answer after decompression; 10 MB. */
  readonly maxBytes?: number;
  /** Told what the answer lacks: results of organisations, parts that the credential may not see or the allowlist leaves out. */
  readonly onMissing?: (missing: Missing) => void;
}

/** How a body is given: parsed, as text (a diff, a log), or as bytes (a raw file). */
export type BodyForm = 'json' | 'text' | 'bytes';

export interface RestCall<F extends BodyForm = BodyForm> extends GitHubCall {
  readonly as?: F;
  /** Statuses of 400 and more that are answers, not errors. */
  readonly expect?: readonly number[];
  /** Takes a 2xx body as it arrives, with `as: 'bytes'`, which then has none; see `onBody` of core's upstream. */
  readonly onBody?: (body: ReadableStream<Uint8Array>) => Promise<void>;
  /**
   * What a dry run goes on with instead of an answer, where later requests need something of it. Without it a dry run ends at this
   * request.
   */
  readonly planned?: unknown;
}

export interface GraphqlCall extends GitHubCall {
  readonly planned?: unknown;
}

export type BodyOf<R extends Route, F extends BodyForm> = F extends 'text'
  ? string
  : F extends 'bytes'
    ? Uint8Array<ArrayBuffer>
    : RestData<R>;

export interface RestAnswer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  /** Items left out because they belong to repositories outside the allowlist. */
  readonly withheld: number;
}

/** A request that would be sent, checked like one that is. */
export interface PlannedRequest {
  readonly method: string;
  /** With the query, below the address of the API. */
  readonly path: string;
  readonly body?: unknown;
}

export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** GitHub as the tools see it. Everything is checked against the allowlist before it is sent and after it is answered; throws AppErrors only. */
export interface GitHub {
  /** One REST call: `rest('GET /repos/{owner}/{repo}/issues', { owner, repo, per_page: 20 }, { signal })`. */
  rest<R extends Route, F extends BodyForm = 'json'>(
    route: R,
    parameters: RestParameters<R>,
    call: RestCall<F>,
  ): Promise<RestAnswer<BodyOf<R, F>>>;
  /** One of our GraphQL operations; its answer is what its schema makes of it. */
  graphql<T>(query: Query<T>, variables: Readonly<Record<string, unknown>>, call: GraphqlCall): Promise<T>;
  /** The request that `rest` would send, after every check, without sending it. */
  plan<R extends Route>(route: R, parameters: RestParameters<R>, call: GitHubCall): Promise<PlannedRequest>;
  planGraphql<T>(
    query: Query<T>,
    variables: Readonly<Record<string, unknown>>,
    call: GitHubCall,
  ): Promise<PlannedRequest>;
  /** `owner/name`, or the address of a repository -> its parts. Throws ValidationError, or AuthError outside the allowlist. */
  repo(name: string): RepositoryName;
  /** Login of the credential's user; undefined without a credential and for an app. */
  viewer(signal: AbortSignal): Promise<string | undefined>;
  /** Records that something of a repository was read; `rest` and `graphql` do it themselves. */
  readFrom(repository: { full_name: string; private?: boolean | undefined }): void;
  /** Throws AuthError when the repository is public and something private was read before; `rest` and `graphql` call it themselves. */
  writeTo(repository: { full_name: string; private?: boolean | undefined }, signal: AbortSignal): Promise<void>;
  state(): GitHubState;
}
