import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import * as z from 'zod';
import { ValidationError } from './errors.ts';
import { type Environment, expandHome, homeFolder } from './home.ts';

const flag = z.preprocess((value) => (typeof value === 'string' ? value.trim().toLowerCase() : value), z.stringbool());
const level = z.preprocess(
  (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
  z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
);
const port = z.coerce.number().int().min(1).max(65_535);
const names = z.string().transform((value) =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);
/** As in PATH. Relative ones would depend on where a client starts the server. */
const folders = z.string().transform((value, context) => {
  const found = value.split(path.delimiter).flatMap((folder) => (folder.trim() ? [expandHome(folder.trim())] : []));
  if (found.every((folder) => path.isAbsolute(folder))) return found;
  context.addIssue({ code: 'custom', message: 'every folder must be an absolute path.' });
  return z.NEVER;
});

/** Building blocks for a server's own settings: what an environment variable can say. */
export const setting = { flag, level, port, names, folders };

/** The settings every server has, under the names of the requirement document. */
export const CommonSettings = z.object({
  LOG_LEVEL: level.default('info').describe('trace, debug, info, warn, error, fatal or silent'),
  ENABLE_METRICS: flag.default(true).describe('false removes /metrics from the status endpoint'),
});

/** PostgreSQL: one URL, or its parts. Neither: the embedded PostgreSQL of the home folder. */
export const DatabaseSettings = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('PostgreSQL to use instead of the embedded one'),
  DATABASE_DIRECT_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Session connection for LISTEN when DATABASE_URL goes through a transaction pooler'),
  DATABASE_MIGRATE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('Owner role for migrations when DATABASE_URL may not change the schema'),
  DB_HOST: z.string().min(1).optional().describe('Host, when DATABASE_URL is not set'),
  DB_PORT: port.default(5432).describe('Port, with DB_HOST'),
  DB_NAME: z.string().min(1).default('mcp_goals').describe('Database, with DB_HOST'),
  DB_USER: z.string().min(1).default('postgres').describe('User, with DB_HOST'),
  DB_PASSWORD: z.string().optional().describe('Password, with DB_HOST'),
  DB_POOL_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Connections at most (given database 20, embedded 4)'),
});
export type DatabaseSettings = z.infer<typeof DatabaseSettings>;

export const RedisSettings = z.object({
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .optional()
    .describe('Redis to use; without it no Redis is contacted'),
  REDIS_HOST: z.string().min(1).optional().describe('Host, when REDIS_URL is not set'),
  REDIS_PORT: port.default(6379).describe('Port, with REDIS_HOST'),
});
export type RedisSettings = z.infer<typeof RedisSettings>;

const secretNames = /(_URL|PASSWORD|TOKEN|SECRET|KEY)$/;

/**
 * Environment first, then `<home>/config.env`; `NAME_FILE` gives the value of `NAME` from a file.
 * Every problem is listed at once; values are never printed, because they may be secrets.
 */
export function loadConfig<S extends z.ZodObject>(schema: S, env: Environment): z.output<S> & { home: string } {
  const home = homeFolder(env);
  const problems: string[] = [];
  const values: Record<string, string> = {};
  const given = withoutEmpty(env);
  const sources = [given, unlessReplaced(readConfigFile(path.join(home, 'config.env'), problems), given)];
  for (const name of Object.keys(schema.shape)) {
    const source = sources.find((names) => names[name] !== undefined || names[`${name}_FILE`] !== undefined);
    const value = source?.[name] ?? readSecretFile(name, source?.[`${name}_FILE`], problems);
    if (value !== undefined) values[name] = value;
  }
  // Once, at the start: compiling it to code takes longer than reading it.
  const result = schema.safeParse(values, { jitless: true });
  if (!result.success) {
    for (const issue of result.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`);
  }
  if (!result.success || problems.length > 0) {
    throw new ValidationError(`The configuration is not usable:\n  ${problems.join('\n  ')}`, {
      hint: `Correct the environment or ${path.join(home, 'config.env')}.`,
    });
  }
  return { ...result.data, home };
}

/** A host named by the environment must not lose to a whole URL of the file. */
function unlessReplaced(file: Record<string, string>, env: Record<string, string>): Record<string, string> {
  const replaced = ['DB', 'REDIS'].filter((part) => env[`${part}_HOST`] !== undefined);
  const hidden = replaced
    .map((part) => (part === 'DB' ? 'DATABASE_URL' : 'REDIS_URL'))
    .flatMap((name) => [name, `${name}_FILE`]);
  return Object.fromEntries(Object.entries(file).filter(([name]) => !hidden.includes(name)));
}

/** Name, default, secret and meaning of each setting: for `--help` and the generated documentation. */
export function describeSettings(
  schema: z.ZodObject,
): { name: string; default: string; secret: boolean; about: string }[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    default: typeof property === 'object' && property.default !== undefined ? String(property.default) : '',
    secret: secretNames.test(name),
    about: (typeof property === 'object' && property.description) || '',
  }));
}

function readConfigFile(file: string, problems: string[]): Record<string, string> {
  try {
    // Windows editors begin a file with a byte order mark, which would become part of the first name.
    return withoutEmpty(parseEnv(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(`${file}: ${(error as Error).message}`);
    return {};
  }
}

function readSecretFile(name: string, file: string | undefined, problems: string[]): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}

/** An empty variable means "not set": compose files and desktop clients write them so. */
function withoutEmpty(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
