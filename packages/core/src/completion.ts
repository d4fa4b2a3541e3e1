import type { CompleteResult, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type BoundaryOptions, observe } from './boundary.ts';
import { NotFoundError, ValidationError } from './errors.ts';
import { nearest } from './nearest.ts';
import type { AnyPrompt } from './prompt.ts';
import { answer } from './protocol-error.ts';
import type { AnyResource } from './resource.ts';
import type { Call } from './tool.ts';
import { validateInput } from './validation.ts';

/** Values for what a person is typing, best first. The protocol passes on at most 100. */
export interface Completion {
  readonly values: readonly string[];
  /** How many there are in all; undefined when there are more than were counted. */
  readonly total?: number | undefined;
}

const maxValues = 100;
const Asked = z.object({ name: z.string().max(100), value: z.string().max(1000) });

export interface Offers<Deps> {
  resources: readonly AnyResource<Deps>[];
  prompts: readonly AnyPrompt<Deps>[];
}

/** Answers what clients ask while a person fills in an argument of a prompt or a variable of an address. */
export function completeFor<Deps>(
  { server }: McpServer,
  { resources, prompts }: Offers<Deps>,
  options: BoundaryOptions<Deps>,
): void {
  server.setRequestHandler('completion/complete', ({ params: { ref, argument } }, context) => {
    const resource = ref.type === 'ref/resource' ? resources.find(({ uri }) => uri === ref.uri) : undefined;
    const prompt = ref.type === 'ref/prompt' ? prompts.find(({ name }) => name === ref.name) : undefined;
    const source = resource ? `resource:${resource.name}` : prompt ? `prompt:${prompt.name}` : undefined;
    const entry = {
      ...{ context, event: 'completion' },
      operation: source === undefined ? 'unknown' : `${source}:complete`,
      fields: { completes: source },
    };
    const work = async (call: Call): Promise<CompleteResult> => {
      const { name, value: prefix } = validateInput(Asked, argument);
      if (resource) {
        refuseUnknown(name, resource.variables);
        return toResult(await resource.complete?.({ variable: name, prefix }, options.deps, call));
      }
      if (prompt) {
        refuseUnknown(name, prompt.arguments);
        return toResult(await prompt.complete?.({ argument: name, prefix }, options.deps, call));
      }
      throw new NotFoundError('There is no prompt or resource template of this name.', {
        hint: `There are: ${[...prompts.map((each) => each.name), ...resources.map(({ uri }) => uri)].join(', ')}.`,
      });
    };
    return answer(observe(entry, options, work));
  });
}

function refuseUnknown(name: string, { shape }: z.ZodObject): void {
  const valid = Object.keys(shape);
  if (valid.includes(name)) return;
  const near = nearest(name, valid);
  throw new ValidationError(`There is no argument "${name.slice(0, 60)}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Valid: ${valid.join(', ')}.`,
  });
}

function toResult({ values: all, total }: Completion = { values: [], total: 0 }): CompleteResult {
  const values = all.slice(0, maxValues);
  const hasMore = all.length > values.length || total === undefined || total > values.length;
  return { completion: { values, ...(total !== undefined && { total }), hasMore } };
}
