import { NotFoundError } from '@mcp-servers/core';
import type { GitHub, RestAnswer } from '../client/index.ts';

/** What a route answers: the data alone, or with status and headers; a stream goes to who takes the body as it arrives. */
export interface FakeAnswer {
  readonly data: unknown;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly withheld?: number;
}

type Parameters = Readonly<Record<string, unknown>>;

export interface FakeGitHub extends GitHub {
  /** `route parameters`, in the order of the calls. */
  readonly calls: { route: string; parameters: Parameters }[];
}

export interface FakeOptions {
  /** By route as octokit spells it. What is missing is a NotFoundError; so is an answer of undefined. */
  readonly rest?: Readonly<Record<string, (parameters: Parameters) => FakeAnswer | undefined>>;
  /** By name of the query; the answer goes through its schema. */
  readonly graphql?: Readonly<Record<string, (variables: Parameters) => unknown>>;
}

/** The port with prepared answers, for tests of what is done with them. */
export function fakeGitHub({ rest = {}, graphql = {} }: FakeOptions): FakeGitHub {
  const calls: FakeGitHub['calls'] = [];
  const unused = (): never => {
    throw new Error('not part of the fake');
  };
  return {
    calls,
    async rest(route, parameters, { signal, onBody }) {
      signal.throwIfAborted();
      calls.push({ route, parameters: parameters as Parameters });
      const answer = rest[route]?.(parameters as Parameters);
      if (answer === undefined) throw new NotFoundError(`GitHub answered ${route} with 404.`);
      const { status = 200, headers = {}, data, withheld = 0 } = answer;
      if (data instanceof ReadableStream) await onBody?.(data);
      return { status, headers: new Headers(headers), data, withheld } as RestAnswer<never>;
    },
    async graphql(query, variables, { signal }) {
      signal.throwIfAborted();
      calls.push({ route: query.name, parameters: variables });
      return query.schema.parse(graphql[query.name]?.(variables));
    },
    plan: unused,
    planGraphql: unused,
    repo(name) {
      const [owner = '', repo = ''] = name.split('/');
      return { owner, repo };
    },
    viewer: async () => 'ada',
    readFrom: () => {},
    writeTo: unused,
    state: unused,
  };
}

/** An answer of one page of a list, with the Link header that leads to the next. */
export function pageOf(items: readonly unknown[], { page = 1, per_page = 30 }: Parameters): FakeAnswer {
  const [number, size] = [Number(page), Number(per_page)];
  const more = items.length > number * size;
  return {
    data: items.slice((number - 1) * size, number * size),
    headers: more ? { link: `<https://api.github.test/x?page=${number + 1}&per_page=${size}>; rel="next"` } : {},
  };
}

export const call = { signal: new AbortController().signal, maxChars: 20_000 };
