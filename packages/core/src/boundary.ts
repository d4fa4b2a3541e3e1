import { type CallToolResult, CLIENT_INFO_META_KEY, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { answerBudget } from './budget.ts';
import { type AppError, CancelledError, InternalError, toAppError } from './errors.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { AnyTool, Call } from './tool.ts';
import { validateInput } from './validation.ts';

const Client = z.object({ name: z.string(), version: z.string() });
type Client = z.infer<typeof Client>;

/** What the boundary tells the metrics about each call. */
export type CallObserver = Pick<Metrics, 'observeCall'>;

export interface BoundaryOptions<Deps> {
  deps: Deps;
  log: Log;
  metrics?: CallObserver | undefined;
  /** Who is calling, as `initialize` said; since 2026-07-28 every request says it itself. */
  client(): Client | undefined;
}

/**
 * The single way into a tool: validate, run, time, count, log, bound the answer, and turn whatever was thrown into a result
 * that teaches. Never throws.
 */
export async function callTool<Deps>(
  tool: AnyTool<Deps>,
  request: { args: unknown; context: ServerContext },
  { deps, log, metrics, client }: BoundaryOptions<Deps>,
): Promise<CallToolResult> {
  const started = performance.now();
  const { signal, id, envelope } = request.context.mcpReq;
  const fields: Record<string, unknown> = {};
  const call: Call = {
    signal,
    requestId: String(id),
    client: claimedClient(envelope) ?? client(),
    maxChars: requestedBudget(request.args),
    log,
    annotate: (more) => void Object.assign(fields, more),
  };
  let outcome: 'success' | 'error' = 'success';
  let failure: AppError | undefined;
  try {
    const input = validateInput(tool.input, request.args);
    const output = tool.output.parse(await tool.run(input, deps, call));
    return {
      content: [{ type: 'text', text: tool.text?.(output) ?? JSON.stringify(output) }],
      structuredContent: output,
    };
  } catch (error) {
    outcome = 'error';
    failure = signal.aborted ? new CancelledError(undefined, { cause: error }) : toAppError(error);
    return toErrorResult(failure);
  } finally {
    const seconds = (performance.now() - started) / 1000;
    metrics?.observeCall({
      operation: tool.name,
      status: outcome,
      ...(failure && { errorType: failure.code }),
      seconds,
    });
    logCall(log, failure, {
      ...fields,
      tool: tool.name,
      outcome: failure?.code ?? outcome,
      duration_ms: Math.round(seconds * 10_000) / 10,
      request_id: call.requestId,
      client: call.client?.name,
    });
  }
}

function logCall(log: Log, failure: AppError | undefined, fields: Record<string, unknown>): void {
  if (failure instanceof InternalError) {
    log.error({ ...fields, reference: failure.reference, err: failure.cause }, 'tool_call');
  } else if (failure) {
    log.warn(
      { ...fields, error: failure.message.slice(0, 500), ...(failure.cause ? { err: failure.cause } : {}) },
      'tool_call',
    );
  } else {
    log.info(fields, 'tool_call');
  }
}

/** What failed, the next call to make, and whether trying again can help: as text for the model, as `_meta.error` for programs. */
function toErrorResult(error: AppError): CallToolResult {
  const facts = {
    code: error.code,
    retryable: error.retryable,
    ...(error.retryAfterSeconds !== undefined && { retry_after_s: error.retryAfterSeconds }),
    ...(error.details && { details: error.details }),
  };
  const { details: _, ...shown } = facts;
  const lines = [error.message, ...(error.hint ? [`Next: ${error.hint}`] : []), JSON.stringify(shown)];
  return { isError: true, content: [{ type: 'text', text: lines.join('\n') }], _meta: { error: facts } };
}

/** Since 2026-07-28 a request may carry its client's name; it is text from outside like any other. */
function claimedClient(envelope: Readonly<Record<string, unknown>> | undefined): Client | undefined {
  return Client.safeParse(envelope?.[CLIENT_INFO_META_KEY]).data;
}

/** Tools that can answer at length take `max_chars`; its bounds are checked by their own schema. */
function requestedBudget(args: unknown): number {
  const asked = typeof args === 'object' && args !== null && 'max_chars' in args ? args.max_chars : undefined;
  return typeof asked === 'number' ? asked : answerBudget.default;
}
