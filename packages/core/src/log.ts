import pino from 'pino';

export type Log = pino.Logger;

export interface LogSettings {
  name: string;
  level: pino.LevelWithSilent;
  /** Where lines go; standard error by default, because standard output belongs to the protocol. */
  destination?: pino.DestinationStream;
}

const secrets = ['password', 'token', 'authorization', 'secret', 'apiKey', 'connectionString', 'lease_token'];

/** One JSON line per event on standard error, with `event` as its name. Fields that may hold secrets are redacted. */
export function createLog({ name, level, destination }: LogSettings): Log {
  return pino(
    {
      name,
      level,
      messageKey: 'event',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    destination ?? standardError(),
  );
}

function standardError(): pino.DestinationStream {
  const stream = pino.destination({ dest: 2, sync: true });
  // A log on a full disk must not end the process.
  stream.on('error', () => {});
  return stream;
}
