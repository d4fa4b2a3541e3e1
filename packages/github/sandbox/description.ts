import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { type Correction, corrections } from './corrections.ts';
import { isJson, type Json } from './json-schema.ts';
import { bySpecificity, createPattern, type PathPattern } from './path-matcher.ts';
import { createValidators } from './validators.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}

export interface Operation {
  /** 'GET /repos/{owner}/{repo}', as octokit names routes. */
  readonly route: string;
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly required: boolean; readonly content: Readonly<Record<string, { schema?: Json }>> };
  readonly responses: Readonly<Record<string, Json>>;
  readonly corrections: readonly Correction[];
}

export interface Match {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

export interface CheckedRequest {
  readonly problems: readonly string[];
  /** The query with the types of the description. */
  readonly query: Readonly<Record<string, unknown>>;
}

/** GitHub's own description of its REST API. */
export interface Description {
  readonly routes: ReadonlySet<string>;
  /** The operation of a request, or why there is none. The path is the one of the request, still encoded. */
  find(method: string, path: string): Match | { readonly problem: string };
  /** What the description does not allow of a request; an empty list is a correct one. */
  check(match: Match, query: URLSearchParams, body: RequestBody): CheckedRequest;
  /** How an answer deviates from the schema of its status; additional fields are allowed. */
  checkResponse(operation: Operation, answer: { status: number; mediaType: string; body: unknown }): readonly string[];
}

export interface RequestBody {
  /** Undefined: there is none. */
  readonly value: unknown;
  readonly mediaType: string;
}

interface Document {
  readonly paths: Record<string, Record<string, Json>>;
  readonly components: {
    readonly schemas: Record<string, Json>;
    readonly parameters: Record<string, Json>;
    readonly responses: Record<string, Json>;
  };
}

let loaded: Description | undefined;

/** The packed description, read once in a process (about 90 ms); schemas are compiled when an operation is first used. */
export function loadDescription(): Description {
  loaded ??= read();
  return loaded;
}

function corrected(parameters: readonly Parameter[], own: readonly Correction[]): Parameter[] {
  const query: Record<string, Json> = Object.assign({}, ...own.map((correction) => correction.query));
  return [
    ...parameters.filter((parameter) => !(parameter.in === 'query' && parameter.name in query)),
    ...Object.entries(query).map(([name, schema]): Parameter => ({ name, in: 'query', schema })),
  ];
}

function read(): Description {
  const packed = readFileSync(new URL('./api.json.br', import.meta.url));
  const document = JSON.parse(brotliDecompressSync(packed).toString('utf8')) as Document;
  const operations = new Map<string, Operation>();
  const resolve = <T>(value: Json, kind: 'parameters' | 'responses'): T => {
    const name = typeof value.$ref === 'string' ? value.$ref.slice(value.$ref.lastIndexOf('/') + 1) : undefined;
    return (name === undefined ? value : document.components[kind][name]) as T;
  };
  const multi = new Map<string, Set<string>>();
  for (const [path, methods] of Object.entries(document.paths)) {
    const spanning = new Set<string>();
    for (const [method, raw] of Object.entries(methods)) {
      const route = `${method.toUpperCase()} ${path}`;
      const own = corrections.filter((correction) => correction.at === route || correction.at === path);
      const parameters = ((raw.parameters as Json[]) ?? []).map((entry) => resolve<Parameter>(entry, 'parameters'));
      for (const parameter of parameters) {
        if (parameter.in === 'path' && (parameter as unknown as Json)['x-multi-segment']) spanning.add(parameter.name);
      }
      for (const correction of own) for (const name of correction.multiSegment ?? []) spanning.add(name);
      operations.set(route, {
        route,
        id: String(raw.operationId),
        method: method.toUpperCase(),
        path,
        parameters: corrected(parameters, own),
        ...(isJson(raw.requestBody) && {
          body: {
            required: raw.requestBody.required === true,
            content: raw.requestBody.content as Record<string, { schema?: Json }>,
          },
        }),
        responses: Object.fromEntries(
          Object.entries(raw.responses as Record<string, Json>).map(([status, response]) => [
            status,
            resolve<Json>(response, 'responses'),
          ]),
        ),
        corrections: own,
      });
    }
    multi.set(path, spanning);
  }
  const multiOf = (path: string) => multi.get(path) ?? new Set<string>();
  const patterns = Object.keys(document.paths)
    .sort(bySpecificity(multiOf))
    .map((path) => createPattern(path, multiOf(path)));
  const byFirst = Map.groupBy(patterns, (pattern) => pattern.path.split('/')[1] ?? '');
  const validators = createValidators(document.components.schemas);

  return {
    routes: new Set(operations.keys()),
    find(method, path) {
      const candidates: PathPattern[] = byFirst.get(path.split('/')[1] ?? '') ?? [];
      let seen: string | undefined;
      for (const pattern of candidates) {
        const params = pattern.match(path);
        if (!params) continue;
        const operation = operations.get(`${method} ${pattern.path}`);
        if (operation) return { operation, params };
        seen ??= pattern.path;
      }
      return { problem: seen ? `${method} is not a method of ${seen}` : `no operation has the path ${path}` };
    },
    check: (match, query, body) => validators.checkRequest(match, query, body),
    checkResponse: (operation, answer) => validators.checkResponse(operation, answer),
  };
}
