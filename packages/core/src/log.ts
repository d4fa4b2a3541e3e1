import pino from 'pino';

export type Log = pino.Logger;

export interface LogSettings {
  name: string;
  level: pino.LevelWithSilent;
  /** Where lines go; standard error by default, because standard output belongs to the protocol. */
  destination?: pino.DestinationStream;
}

const secrets: ReadonlySet<string> = new Set([
  ...['password', 'token', 'authorization', 'secret', 'apiKey', 'connectionString', 'lease_token'],
]);

/** One JSON line per event on standard error, with `event` as its name. Fields that may hold secrets are redacted. */
export function createLog({ name, level, destination }: LogSettings): Log {
  return pino(
    {
      name,
      level,
      messageKey: 'event',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => redact(fields, 1) },
      serializers: { err: (error: Error) => redact(pino.stdSerializers.err(error), 0) },
    },
    destination ?? standardError(),
  );
}

/**
 * The same fields, secrets of these and of so many levels below as `[redacted]`; what has none is not copied. Pino's own redaction of
 * paths like `*.token` takes several times as long as writing the line.
 */
function redact(fields: object, levels: number): Record<string, unknown> {
  const given = fields as Record<string, unknown>;
  let shown = given;
  for (const [name, value] of Object.entries(given)) {
    const kept = secrets.has(name) ? '[redacted]' : isNested(value, levels) ? redact(value, levels - 1) : value;
    if (kept === value) continue;
    if (shown === given) shown = { ...given };
    shown[name] = kept;
  }
  return shown;
}

/** Errors have a serializer, which redacts what it makes of them. */
const isNested = (value: unknown, levels: number): value is object =>
  levels > 0 && typeof value === 'object' && value !== null && !(value instanceof Error);

function standardError(): pino.DestinationStream {
  const stream = pino.destination({ dest: 2, sync: true });
  // A log on a full disk must not end the process.
  stream.on('error', () => {});
  return stream;
}
