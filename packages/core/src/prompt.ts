import type * as z from 'zod';
import type { Completion } from './completion.ts';
import type { Call } from './tool.ts';

export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/**
 * One prompt, which a person chooses by name: data and methods. `run` returns what is said or throws an AppError; everything that
 * is true of every prompt is done around it.
 */
export interface Prompt<Arguments extends z.ZodObject, Deps> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Tools that its text tells the model to call: without one of them the prompt is not offered. */
  readonly needs?: readonly string[];
  /** Strings, as the protocol has them. One that was left empty is not passed on. */
  readonly arguments: Arguments;
  /** At most `call.maxChars` characters in all. */
  run(input: z.output<Arguments>, deps: Deps, call: Call): Promise<readonly PromptMessage[]>;
  /** Values that an argument may have. */
  complete?(asked: { argument: string; prefix: string }, deps: Deps, call: Call): Promise<Completion>;
}

export type AnyPrompt<Deps> = Prompt<z.ZodObject, Deps>;

/** Identity at run time; checks the types of arguments and dependencies where the prompt is written. */
export function definePrompt<Arguments extends z.ZodObject, Deps>(
  prompt: Prompt<Arguments, Deps>,
): Prompt<Arguments, Deps> {
  return prompt;
}

/** The arguments of a prompt as clients ask people for them. */
export function toPromptArguments(schema: z.ZodObject): { name: string; description?: string; required: boolean }[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => ({
    name,
    ...(field.description !== undefined && { description: field.description }),
    required: !field.safeParse(undefined).success,
  }));
}
