import type { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Log } from './log.ts';
import { type DroppedLine, wholeLines } from './whole-lines.ts';

/** Larger than any argument the tools accept, so that an oversized one is answered instead of ending the connection. */
const maxMessageBytes = 64 * 1024 * 1024;

export interface ServeOptions {
  log: Log;
  /** Called once: the client is gone, or the process was asked to stop. The process exits when it resolves. */
  onClose(): Promise<void>;
}

/**
 * Serves both protocol eras over standard input and output until the client closes its end or the process is told to stop,
 * then runs `onClose` (bounded to 5 s) and exits.
 */
export function serve(factory: () => McpServer, { log, onClose }: ServeOptions): void {
  let closing = false;
  const close = (reason: string, code: number): void => {
    if (closing) return;
    closing = true;
    log.info({ reason }, 'server_stopping');
    const bound = setTimeout(() => process.exit(code), 5_000);
    void handle
      .close()
      .then(onClose)
      .catch((err: unknown) => log.error({ err }, 'server_stop_failed'))
      .finally(() => {
        clearTimeout(bound);
        process.exit(code);
      });
  };
  const onDropped = ({ bytes, id }: DroppedLine): void => {
    log.warn({ bytes, limit: maxMessageBytes, request_id: id }, 'protocol_message_too_large');
    if (id === undefined) return;
    const message = `The request has ${bytes} bytes; at most ${maxMessageBytes} are read. Send less at once.`;
    const answer = { jsonrpc: '2.0', id, error: { code: -32600, message } } as const;
    transport.send(answer).catch((err: unknown) => log.warn({ err }, 'protocol_error'));
  };
  const lines = process.stdin.pipe(wholeLines({ maxBytes: maxMessageBytes, onDropped }));
  const transport = new StdioServerTransport(lines, process.stdout, { maxBufferSize: maxMessageBytes });
  const handle = serveStdio(factory, { transport, onerror: (err) => log.warn({ err }, 'protocol_error') });
  // The end of the lines, not of the input, so that what was sent before is taken first.
  lines.once('end', () => close('the client closed standard input', 0));
  process.stdin.once('close', () => close('the client closed standard input', 0));
  process.stdout.once('error', () => close('the client closed standard output', 0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => close(signal, 0));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught_exception');
    close('uncaught exception', 1);
  });
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled_rejection'));
}
