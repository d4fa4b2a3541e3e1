import type { McpServer, ReadResourceResult } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type BoundaryOptions, observe } from './boundary.ts';
import { cutLines } from './budget.ts';
import { badCursor, decodeCursor, encodeCursor } from './cursor.ts';
import { NotFoundError } from './errors.ts';
import { answer } from './protocol-error.ts';
import { type AnyResource, matchUri, type ResourceEntry } from './resource.ts';
import type { Call } from './tool.ts';
import { validateInput } from './validation.ts';

const Asked = z.object({ uri: z.string().max(2000) });
const Cursor = z.tuple([z.string(), z.string().nullable()]);

/** Lists the templates, what people most likely want of them, and reads. */
export function offerResources<Deps>(
  { server }: McpServer,
  resources: readonly AnyResource<Deps>[],
  options: BoundaryOptions<Deps>,
): void {
  const resourceTemplates = resources.map(({ uri: uriTemplate, name, title, description, mimeType }) => ({
    ...{ uriTemplate, name, title, description, mimeType },
  }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates }));

  const listed = resources.filter((resource) => resource.list);
  server.setRequestHandler('resources/list', async ({ params }, context) => {
    const [first] = listed;
    if (!first) return { resources: [] };
    const entry = { context, event: 'resource_list', operation: 'resources:list', fields: {} };
    return answer(
      observe(entry, options, (call) => listPage(listed, { cursor: params?.cursor, deps: options.deps, call })),
    );
  });

  server.setRequestHandler('resources/read', ({ params: { uri } }, context) => {
    const found = find(resources, uri);
    const operation = found ? `resource:${found.resource.name}` : 'unknown';
    const entry = { context, event: 'resource_read', operation, fields: { resource: found?.resource.name } };
    const work = async (call: Call): Promise<ReadResourceResult> => {
      validateInput(Asked, { uri });
      if (!found) throw nothingAt(uri, resources);
      const variables = found.resource.variables.safeParse(found.variables);
      if (!variables.success) {
        const [issue] = variables.error.issues;
        throw new NotFoundError(`There is nothing at ${uri}: ${issue?.path.join('.')} ${issue?.message}`);
      }
      const text = await found.resource.read(variables.data, options.deps, call);
      return { contents: [{ uri, mimeType: found.resource.mimeType, text: cutLines(text, call.maxChars) }] };
    };
    return answer(observe(entry, options, work), uri);
  });
}

function find<Deps>(resources: readonly AnyResource<Deps>[], uri: string) {
  if (uri.length > 2000) return undefined;
  for (const resource of resources) {
    const variables = matchUri(resource.uri, uri);
    if (variables) return { resource, variables };
  }
  return undefined;
}

const nothingAt = <Deps>(uri: string, resources: readonly AnyResource<Deps>[]): NotFoundError =>
  new NotFoundError(`There is nothing at ${uri}.`, {
    hint: `Addresses are like ${resources.map((resource) => resource.uri).join(' or ')}.`,
  });

interface Listing<Deps> {
  cursor: string | undefined;
  deps: Deps;
  call: Call;
}

/** One resource after the other; the cursor says in which one to go on, and from where. */
async function listPage<Deps>(listed: readonly AnyResource<Deps>[], { cursor, deps, call }: Listing<Deps>) {
  const [name, inner] = cursor === undefined ? [undefined, null] : decodeCursor(Cursor, cursor);
  const place = name === undefined ? 0 : listed.findIndex((resource) => resource.name === name);
  const resource = listed[place];
  if (!resource?.list) throw badCursor('no resource of this name is listed');
  const { entries, next } = await resource.list({ cursor: inner ?? undefined }, deps, call);
  const following = listed[place + 1];
  const onward = next !== undefined ? [resource.name, next] : following && [following.name, null];
  return {
    resources: entries.map((entry) => toListed(entry, resource)),
    ...(onward && { nextCursor: encodeCursor(onward) }),
  };
}

const toListed = <Deps>({ uri, title, lastModified }: ResourceEntry, { mimeType }: AnyResource<Deps>) => ({
  ...{ uri, name: uri, title, mimeType },
  ...(lastModified && { annotations: { lastModified: lastModified.toISOString() } }),
});
