import type * as z from 'zod';
import type { Log } from './log.ts';
import type { Progress } from './progress.ts';

/** What a call may do; expands to all four MCP annotations. */
export type Effect = 'read' | 'write' | 'destroy';

/** The facts of one call, beside its input and the server's dependencies. */
export interface Call {
  /** Aborted when the client cancels the request or goes away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  readonly client: { name: string; version: string } | undefined;
  /** Characters an answer may have; a tool that lists returns fewer items rather than cut text. */
  readonly maxChars: number;
  readonly log: Log;
  /** Adds fields to the one log line of this call, such as `goal_id`. */
  annotate(fields: Record<string, unknown>): void;
  /** Tells a client that asked for it how far a long call is; may be called as often as there is something new. */
  progress(progress: Progress): void;
}

/**
 * One MCP tool: data and a method. `run` returns data or throws an AppError; everything that is true of every tool
 * (validation message, timing, metrics, log line, cancellation, output budget, error text) is done around it.
 */
export interface Tool<Input extends z.ZodObject, Output extends z.ZodObject, Deps> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly effect: Effect;
  /** Repeating the same call changes nothing more. Implied by `read`. */
  readonly idempotent?: boolean;
  /** Talks to systems outside this machine and its own store. */
  readonly openWorld?: boolean;
  /** Toolsets beside `all` that this tool belongs to. */
  readonly toolsets?: readonly string[];
  readonly input: Input;
  readonly output: Output;
  run(input: z.output<Input>, deps: Deps, call: Call): Promise<z.input<Output>>;
  /** A compact rendering for people and models; without it the text is the JSON of the result. */
  text?(output: z.output<Output>): string;
}

export type AnyTool<Deps> = Tool<z.ZodObject, z.ZodObject, Deps>;

/** Identity at run time; checks the types of input, output and dependencies where the tool is written. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject, Deps>(
  tool: Tool<Input, Output, Deps>,
): Tool<Input, Output, Deps> {
  return tool;
}

/** The four MCP annotations, always all of them: clients assume the worst about a missing one. */
export function toAnnotations(tool: Pick<AnyTool<never>, 'effect' | 'idempotent' | 'openWorld'>) {
  return {
    readOnlyHint: tool.effect === 'read',
    destructiveHint: tool.effect === 'destroy',
    idempotentHint: tool.effect === 'read' || tool.idempotent === true,
    openWorldHint: tool.openWorld === true,
  };
}
