import type { DatabaseSettings } from '../config.ts';
import { UnavailableError } from '../errors.ts';
import type { Log } from '../log.ts';

/** What the driver needs to connect. Holds the password: never log it. */
export interface ConnectionParameters {
  readonly connectionString?: string;
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly ssl?: boolean;
}

/** Which store this is, without secrets: for errors, health and statistics. */
export interface StoreIdentity {
  readonly kind: 'given' | 'embedded';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Where connections come from. `resolve` of an embedded source starts the server; it may be called again after a loss. */
export interface ConnectionSource {
  readonly kind: 'given' | 'embedded';
  /** Session connection for LISTEN, when the main one goes through a transaction pooler. */
  readonly direct?: ConnectionParameters;
  /** Owner role for migrations, when the main role may not change the schema. */
  readonly migrate?: ConnectionParameters;
  resolve(options?: { signal?: AbortSignal }): Promise<ConnectionParameters>;
  /** Embedded: called once after the last connection closed; the last process out stops the server. */
  leave?(): Promise<unknown>;
  describe(): StoreIdentity;
}

// The commit time of a transaction tells whether a commit interrupted by a crash was made, see outcome.ts.
const settings = ['track_commit_timestamp=on'];

type Settings = Partial<DatabaseSettings> & { readonly home: string };

/** `DATABASE_URL`, else the `DB_*` parts, else the embedded PostgreSQL of the home folder. Contacts nothing. */
export function connectionSource(
  settings: Settings,
  options: { log: Log; onProgress?: (message: string) => void },
): ConnectionSource {
  if (settings.DATABASE_URL !== undefined) return givenSource({ connectionString: settings.DATABASE_URL }, settings);
  if (settings.DB_HOST === undefined) return embeddedSource(settings.home, options);
  return givenSource(
    {
      host: settings.DB_HOST,
      port: settings.DB_PORT ?? 5432,
      user: settings.DB_USER ?? 'postgres',
      database: settings.DB_NAME ?? 'mcp_goals',
      ...(settings.DB_PASSWORD === undefined ? {} : { password: settings.DB_PASSWORD }),
    },
    settings,
  );
}

function givenSource(parameters: ConnectionParameters, settings: Settings): ConnectionSource {
  const { DATABASE_DIRECT_URL: direct, DATABASE_MIGRATE_URL: migrate } = settings;
  const identity = identityOf(parameters, 'given');
  return {
    kind: 'given',
    ...(direct === undefined ? {} : { direct: { connectionString: direct } }),
    ...(migrate === undefined ? {} : { migrate: { connectionString: migrate } }),
    resolve: async () => parameters,
    describe: () => identity,
  };
}

function embeddedSource(home: string, options: { log: Log; onProgress?: (message: string) => void }): ConnectionSource {
  const { log, onProgress } = options;
  let found: ConnectionParameters | undefined;
  // Imported on first use: a server with a given database never loads the launcher.
  let launcher: Promise<import('../embedded/index.ts').Embedded> | undefined;
  const launch = () => {
    launcher ??= import('../embedded/index.ts').then(({ embeddedPostgres }) =>
      embeddedPostgres({ home, log, settings }),
    );
    return launcher;
  };
  return {
    kind: 'embedded',
    async resolve({ signal } = {}) {
      const postgres = await launch();
      const { host, port, user, password, database } = await postgres.ensure({
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      // Set here, or a PGSSLMODE in the environment would demand TLS of a server that has none.
      found = { host, port, user, password, database, ssl: false };
      return found;
    },
    leave: async () => (launcher === undefined ? undefined : (await launcher).leave()),
    describe: () =>
      found === undefined
        ? { kind: 'embedded', host: home, port: 0, database: 'not started', user: 'not started' }
        : identityOf(found, 'embedded'),
  };
}

/** Host, database and user of connection parameters; the password stays behind. */
export function identityOf(parameters: ConnectionParameters, kind: StoreIdentity['kind']): StoreIdentity {
  if (parameters.connectionString === undefined) {
    const { host = 'localhost', port = 5432, user = 'postgres', database = user } = parameters;
    return { kind, host, port, database, user };
  }
  try {
    const url = new URL(parameters.connectionString);
    const asked = url.searchParams;
    const user = decodeURIComponent(url.username) || asked.get('user') || 'the system user';
    return {
      kind,
      host: asked.get('host') || decodeURIComponent(url.hostname) || 'localhost',
      port: Number(asked.get('port') || url.port || 5432),
      database: decodeURIComponent(url.pathname.slice(1)) || user,
      user,
    };
  } catch {
    // The parser's own error would repeat the URL with its password.
    throw new UnavailableError('The connection URL of the database cannot be parsed.', {
      retryable: false,
      hint: 'Write it as postgres://user:password@host:5432/database, special characters percent-encoded.',
    });
  }
}
