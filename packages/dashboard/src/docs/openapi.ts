import * as z from 'zod';
import { Message, Problem } from '../contract.ts';
import { kinds } from '../http/problems.ts';
import type { AnyRoute } from '../http/route.ts';

type Json = Record<string, unknown>;

/** zod -> JSON Schema 2020-12, which OpenAPI 3.1 takes as it is. */
export function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return inPlace(json) as Json;
}

/** Definitions of a schema are referred to from its own top, where they stay in the document. */
function inPlace(schema: Json): Json {
  const { $defs: definitions, ...rest } = schema;
  if (!definitions) return rest;
  const open = new Set<string>();
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = value as { $ref?: string };
    const name = $ref?.startsWith('#/$defs/') ? $ref.slice('#/$defs/'.length) : undefined;
    if (name !== undefined) {
      // A plan has tasks that have tasks: the second level is not repeated.
      if (open.has(name)) return { type: 'object', description: `like the one around it (${name})` };
      open.add(name);
      const result = resolve((definitions as Record<string, unknown>)[name]);
      open.delete(name);
      return result;
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  };
  return resolve(rest) as Json;
}

/** The OpenAPI 3.1 document of these routes and of the streams beside them. */
export function openApi(routes: readonly AnyRoute[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const address = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[address] = { ...paths[address], [route.method]: operation(route) };
  }
  paths['/events'] = {
    get: {
      ...{ tags: ['Live'], summary: 'Server-sent events: a snapshot, then every change', operationId: 'events' },
      parameters: [
        { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' }, description: 'go on behind this change' },
      ],
      responses: {
        200: {
          description: '`data` of each message',
          content: { 'text/event-stream': { schema: toSchema(Message, 'output') } },
        },
        ...problems([401, 403]),
      },
    },
  };
  paths['/metrics'] = {
    get: {
      ...{ tags: ['Health'], summary: 'Metrics of the dashboard and of every local server', operationId: 'metrics' },
      responses: { 200: { description: 'Prometheus text', content: { 'text/plain': {} } }, ...problems([401, 403]) },
    },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'mcp-servers dashboard', version, license: { name: 'MIT', identifier: 'MIT' } },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: toSchema(Problem, 'output') },
    },
  };
}

function operation({
  method,
  path,
  tag,
  summary,
  params,
  query,
  body,
  answer,
  status = 200,
  also = [],
  open,
  version,
}: AnyRoute): Json {
  const parameters = [
    ...parametersOf(params, 'path'),
    ...parametersOf(query, 'query'),
    ...(version && (method === 'patch' || method === 'delete')
      ? [{ name: 'If-Match', in: 'header', schema: { type: 'string' }, description: 'ETag or version it must have' }]
      : []),
  ];
  return {
    ...{
      tags: [tag],
      summary,
      operationId: `${method} ${path}`.replaceAll(/\W+(\w)/g, (_, letter) => letter.toUpperCase()),
    },
    ...(open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { content: { 'application/json': { schema: toSchema(body, 'input') } } } }),
    responses: {
      [status]: { description: 'The answer', content: { 'application/json': { schema: toSchema(answer, 'output') } } },
      ...problems([...(open ? [403] : [400, 401, 403]), ...also, 500, ...(open ? [] : [503])]),
    },
  };
}

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = toSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...type } = property;
    return {
      ...{ name, in: where, required: where === 'path' || required.includes(name), schema: type },
      ...(description !== undefined && { description }),
    };
  });
}

function problems(statuses: readonly number[]): Json {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const title = (status: number) => Object.values(kinds).find((kind) => kind.status === status)?.title ?? 'A problem';
  return Object.fromEntries([...new Set(statuses)].map((status) => [status, { description: title(status), content }]));
}
