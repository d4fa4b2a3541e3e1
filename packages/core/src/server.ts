import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { type BoundaryOptions, type CallObserver, callTool } from './boundary.ts';
import { completeFor, type Offers } from './completion.ts';
import { toAdvertised } from './definition.ts';
import type { Log } from './log.ts';
import { offerPrompts } from './prompt-requests.ts';
import { offerResources } from './resource-requests.ts';
import { type AnyTool, toAnnotations } from './tool.ts';

export interface ServerDefinition<Deps> extends Partial<Offers<Deps>> {
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
  const { name, title, version, instructions, tools, resources = [], prompts = [], deps, log, metrics } = definition;
  const advertised = tools.map((tool) => ({
    tool,
    input: advertise(tool.input),
  }));
  return () => {
    const server = new McpServer(
      { name, title, version },
      {
        instructions,
        capabilities: {
          tools: { listChanged: false },
          ...(resources.length > 0 && { resources: { listChanged: false } }),
          ...(prompts.length > 0 && { prompts: { listChanged: false } }),
          ...([...resources, ...prompts].some(({ complete }) => complete) && { completions: {} }),
        },
        cacheHints: {
          'tools/list': listsNeverChange,
          'resources/templates/list': listsNeverChange,
          'prompts/list': listsNeverChange,
          'server/discover': listsNeverChange,
        },
      },
    );
    const options: BoundaryOptions<Deps> = {
      ...{ deps, log, metrics },
      client: () => server.server.getClientVersion(),
      protocol: () => server.server.getNegotiatedProtocolVersion(),
    };
    for (const { tool, input } of advertised) {
      server.registerTool(
        tool.name,
        {
          title: tool.title,
          description: tool.description,
          inputSchema: input,
          annotations: toAnnotations(tool),
        },
        (args, context) => callTool(tool, { args, context }, options),
      );
    }
    if (resources.length > 0) offerResources(server, resources, options);
    if (prompts.length > 0) offerPrompts(server, prompts, options);
    if ([...resources, ...prompts].some(({ complete }) => complete))
      completeFor(server, { resources, prompts }, options);
    return server;
  };
}

/** Every operation that the metrics of a server may name. */
export function operationsOf({
  tools,
  resources = [],
  prompts = [],
}: Pick<ServerDefinition<never>, 'tools' | 'resources' | 'prompts'>): string[] {
  const offers = [...resources.map(({ name }) => `resource:${name}`), ...prompts.map(({ name }) => `prompt:${name}`)];
  return [
    ...tools.map(({ name }) => name),
    ...offers.flatMap((offer) => [offer, `${offer}:complete`]),
    ...(resources.length > 0 ? ['resources:list'] : []),
  ];
}

/**
 * A schema as the SDK wants it: advertised as JSON Schema, validated by our own boundary, which words the errors.
 * Converted once, on the first list.
 */
function advertise(schema: z.ZodObject): StandardSchemaWithJSON<unknown, Record<string, unknown>> {
  let json: Record<string, unknown> | undefined;
  const convert = () => {
    json ??= { ...toAdvertised(schema) };
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
