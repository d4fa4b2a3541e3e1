import type { GetPromptResult, McpServer } from '@modelcontextprotocol/server';
import { type BoundaryOptions, observe } from './boundary.ts';
import { cutLines } from './budget.ts';
import { NotFoundError } from './errors.ts';
import { nearest } from './nearest.ts';
import { type AnyPrompt, toPromptArguments } from './prompt.ts';
import { answer } from './protocol-error.ts';
import type { Call } from './tool.ts';
import { validateInput } from './validation.ts';

/** Lists the prompts and answers them. */
export function offerPrompts<Deps>(
  { server }: McpServer,
  prompts: readonly AnyPrompt<Deps>[],
  options: BoundaryOptions<Deps>,
): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: prompts.map(({ name, title, description, arguments: schema }) => ({
      ...{ name, title, description },
      arguments: toPromptArguments(schema),
    })),
  }));

  server.setRequestHandler('prompts/get', ({ params }, context) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    const operation = prompt ? `prompt:${prompt.name}` : 'unknown';
    const entry = { context, event: 'prompt_get', operation, fields: { prompt: prompt?.name } };
    const work = async (call: Call): Promise<GetPromptResult> => {
      if (!prompt) throw unknownPrompt(params.name, prompts);
      const input = validateInput(prompt.arguments, filledIn(params.arguments ?? {}));
      const messages = await prompt.run(input, options.deps, call);
      let left = call.maxChars;
      return {
        description: prompt.description,
        messages: messages.map(({ role, text }) => {
          const kept = cutLines(text, left);
          left = Math.max(left - kept.length, 0);
          return { role, content: { type: 'text', text: kept } };
        }),
      };
    };
    return answer(observe(entry, options, work));
  });
}

/** Forms of clients send what was left empty as empty text. */
const filledIn = (given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ''));

function unknownPrompt<Deps>(name: string, prompts: readonly AnyPrompt<Deps>[]): NotFoundError {
  const names = prompts.map((prompt) => prompt.name);
  const near = nearest(name, names);
  return new NotFoundError(`There is no prompt "${name.slice(0, 60)}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are: ${names.join(', ')}.`,
  });
}
