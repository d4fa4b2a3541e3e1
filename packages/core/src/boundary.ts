import {
  type CallToolResult,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import { answerBudget } from './budget.ts';
import { type AppError, CancelledError, InternalError, toAppError, toFacts } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { toVisible } from './outside/visible.ts';
import { createProgress } from './progress.ts';
import type { AnyTool, Call } from './tool.ts';
import { validateInput } from './validation.ts';

const Client = z.object({ name: z.string(), version: z.string() });
type Client = z.infer<typeof Client>;

const Revision = z.string().max(20);

/** What the boundary tells the metrics about each call. */
export type CallObserver = Pick<Metrics, 'observeCall'>;

export interface BoundaryOptions<Deps> {
  deps: Deps;
  log: Log;
  metrics?: CallObserver | undefined;
  /** Who is calling, as `initialize` said; since 2026-07-28 every request says it itself. */
  client(): Client | undefined;
  /** The revision agreed on at `initialize`; since 2026-07-28 every request names it itself. */
  protocol?(): string | undefined;
}

/**
 * The single way into a tool: validate, run, time, count, log, bound the answer, and turn whatever was thrown into a result
 * that teaches. Never throws.
 */
export async function callTool<Deps>(
  tool: AnyTool<Deps>,
  { args, context }: { args: unknown; context: ServerContext },
  options: BoundaryOptions<Deps>,
): Promise<CallToolResult> {
  const entry = { ...{ context, operation: tool.name, event: 'tool_call' }, fields: { tool: tool.name } };
  try {
    return await observe({ ...entry, maxChars: requestedBudget(args) }, options, async (call) => {
      const input = validateInput(tool.input, args);
      const output = tool.output.parse(await tool.run(input, options.deps, call));
      return {
        content: [{ type: 'text', text: tool.text?.(output) ?? JSON.stringify(output) }],
        structuredContent: output,
      };
    });
  } catch (error) {
    return toErrorResult(toAppError(error));
  }
}

/** What comes in from a client, whatever its kind. */
export interface Incoming {
  context: ServerContext;
  /** Its name in the metrics, and that of its line in the log. */
  operation: string;
  event: string;
  fields: Record<string, unknown>;
  maxChars?: number;
}

/** Runs one call from outside: its facts, its clock, its metrics, its line in the log. Whatever it throws becomes an AppError. */
export async function observe<Deps, T>(
  { context, operation, event, fields: known, maxChars = answerBudget.default }: Incoming,
  { log, metrics, client, protocol }: BoundaryOptions<Deps>,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const { signal, id, envelope } = context.mcpReq;
  const fields: Record<string, unknown> = {};
  const call: Call = {
    ...{ signal, maxChars, log },
    requestId: String(id),
    client: claimedClient(envelope) ?? client(),
    annotate: (more) => void Object.assign(fields, more),
    progress: createProgress(context),
  };
  let failure: AppError | undefined;
  try {
    return await work(call);
  } catch (error) {
    failure = signal.aborted ? new CancelledError(undefined, { cause: error }) : toAppError(error);
    throw failure;
  } finally {
    const seconds = (performance.now() - started) / 1000;
    metrics?.observeCall({
      operation,
      status: failure ? 'error' : 'success',
      ...(failure && { errorType: failure.code, message: failure.message }),
      seconds,
      client: call.client?.name,
      protocol: claimedRevision(envelope) ?? protocol?.(),
    });
    const line = {
      ...{ ...fields, ...known },
      outcome: failure?.code ?? 'success',
      duration_ms: Math.round(seconds * 10_000) / 10,
      request_id: call.requestId,
      client: call.client?.name,
    };
    logCall(log, failure, { event, line });
  }
}

function logCall(
  log: Log,
  failure: AppError | undefined,
  { event, line }: { event: string; line: Record<string, unknown> },
): void {
  if (failure instanceof InternalError) {
    log.error({ ...line, reference: failure.reference, err: failure.cause }, event);
  } else if (failure) {
    log.warn(
      { ...line, error: failure.message.slice(0, 500), ...(failure.cause ? { err: failure.cause } : {}) },
      event,
    );
  } else {
    log.info(line, event);
  }
}

/** What failed, the next call to make, and whether trying again can help: as text for the model, as `_meta.error` for programs. */
function toErrorResult(error: AppError): CallToolResult {
  const facts = toFacts(error);
  const { details: _, ...shown } = facts;
  const lines = [error.message, ...(error.hint ? [`Next: ${error.hint}`] : []), JSON.stringify(shown)];
  // What an error quotes may come from anybody.
  const { text } = toVisible(lines.join('\n'));
  return { isError: true, content: [{ type: 'text', text }], _meta: { error: facts } };
}

/** Since 2026-07-28 a request may carry its client's name; it is text from outside like any other. */
function claimedClient(envelope: Readonly<Record<string, unknown>> | undefined): Client | undefined {
  return Client.safeParse(envelope?.[CLIENT_INFO_META_KEY]).data;
}

function claimedRevision(envelope: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return Revision.safeParse(envelope?.[PROTOCOL_VERSION_META_KEY]).data;
}

/** Tools that can answer at length take `max_chars`; its bounds are checked by their own schema. */
function requestedBudget(args: unknown): number {
  const asked = typeof args === 'object' && args !== null && 'max_chars' in args ? args.max_chars : undefined;
  return typeof asked === 'number' ? asked : answerBudget.default;
}
