import type { Log } from '@mcp-servers/core';

/** Runs `close` once, when the process is asked to stop or something was not caught, within 5 s; then ends. */
export function closeOnSignal(close: () => Promise<void>, log: Log): void {
  let closing = false;
  const stop = (reason: string, code: number): void => {
    if (closing) return;
    closing = true;
    log.info({ reason }, 'dashboard_stopping');
    const bound = setTimeout(() => process.exit(code), 5000);
    close()
      .catch((err: unknown) => log.error({ err }, 'dashboard_stop_failed'))
      .finally(() => {
        clearTimeout(bound);
        process.exit(code);
      });
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal, 0));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught_exception');
    stop('uncaught exception', 1);
  });
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled_rejection'));
}
