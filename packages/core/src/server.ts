import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { type BoundaryOptions, type CallObserver, callTool } from './boundary.ts';
import type { Log } from './log.ts';
import { type AnyTool, toAnnotations } from './tool.ts';

export interface ServerDefinition<Deps> {
  name: string;
  title: string;
  version: string;
  /** How to work with the tools: under 2 KB, clients cut the rest. */
  instructions: string;
  /** Already chosen by `selectTools`; offered in this order. */
  tools: readonly AnyTool<Deps>[];
  deps: Deps;
  log: Log;
  metrics?: CallObserver | undefined;
}

/** Clients may keep lists for an hour: they cannot change while a server runs. */
const listsNeverChange = { ttlMs: 3_600_000, cacheScope: 'public' } as const;

/**
 * A factory of protocol servers for both eras. Cheap and without side effects: it may be called more than once per connection.
 */
export function createServer<Deps>(definition: ServerDefinition<Deps>): () => McpServer {
  const { name, title, version, instructions, tools, deps, log, metrics } = definition;
  const advertised = tools.map((tool) => ({
    tool,
    input: advertise(tool.input, 'input'),
    output: advertise(tool.output, 'output'),
  }));
  return () => {
    const server = new McpServer(
      { name, title, version },
      {
        instructions,
        capabilities: { tools: { listChanged: false } },
        cacheHints: { 'tools/list': listsNeverChange, 'server/discover': listsNeverChange },
      },
    );
    const options: BoundaryOptions<Deps> = { deps, log, metrics, client: () => server.server.getClientVersion() };
    for (const { tool, input, output } of advertised) {
      server.registerTool(
        tool.name,
        {
          title: tool.title,
          description: tool.description,
          inputSchema: input,
          outputSchema: output,
          annotations: toAnnotations(tool),
        },
        (args, context) => callTool(tool, { args, context }, options),
      );
    }
    return server;
  };
}

/**
 * A schema as the SDK wants it: advertised as JSON Schema, validated by our own boundary, which words the errors.
 * Converted once, on the first list.
 */
function advertise(
  schema: z.ZodObject,
  io: 'input' | 'output',
): StandardSchemaWithJSON<unknown, Record<string, unknown>> {
  let json: Record<string, unknown> | undefined;
  const convert = () => {
    json ??= toDefinition(schema, io);
    return json;
  };
  return {
    '~standard': {
      version: 1,
      vendor: 'mcp-servers',
      validate: (value) => ({ value: value as Record<string, unknown> }),
      jsonSchema: { input: convert, output: convert },
    },
  };
}

/** zod -> JSON Schema without what costs tokens and says nothing. */
export function toDefinition(schema: z.ZodObject, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...definition } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => trim(jsonSchema),
  });
  return definition;
}

function trim(schema: Record<string, unknown>): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (isEmpty(schema.additionalProperties)) delete schema.additionalProperties;
  if (typeof schema.propertyNames === 'object') delete schema.propertyNames;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
