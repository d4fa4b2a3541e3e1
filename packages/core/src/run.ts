import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { McpServer } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { type CommonSettings, describeSettings, loadConfig } from './config.ts';
import { AppError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { serve } from './serve.ts';
import type { HealthCheck, HealthReport } from './status/index.ts';
import type { AnyTool } from './tool.ts';
import { removeUnusedFiles } from './unused-files.ts';

/** What every part of a running server is given. */
export interface Running {
  log: Log;
  metrics: Metrics;
  /** Of this run of the process: a uuid. Asked for after the first reply, because loading node:crypto would delay that by some 5 ms. */
  instance(): string;
  startedAt: Date;
}

interface Part {
  close(): unknown;
}

/** What a server has opened to answer with. */
export interface Opened {
  /** Cheap and without side effects, see `createServer`. */
  factory: () => McpServer;
  /** Those this process offers. */
  tools: readonly AnyTool<never>[];
  /** Asked for after the first reply; disk and memory are checked anyway. */
  checks?(): Promise<Record<string, HealthCheck>>;
  /** What it does beside answering; started after the first reply. */
  background?(health: () => Promise<HealthReport>): Promise<Part[]>;
  /** At the end, when the background has stopped; within five seconds. */
  close?(): Promise<void>;
}

export interface Program<S extends typeof CommonSettings> {
  /** As in `mcp-<name>`. */
  name: string;
  /** What it is, in a few words. */
  about: string;
  version: string;
  settings: S;
  /** First part of the names of its metrics of calls, `goal` in `goal_errors_total`. */
  metricsPrefix: string;
  /** Every operation that the metrics may name. */
  operations: readonly string[];
  open(config: z.output<S> & { home: string }, running: Running): Opened | Promise<Opened>;
}

/** A client's first question comes at once; what is loaded before it is answered delays it. */
const afterFirstReplyMs = 150;

/**
 * The life of a server process: `--help` and `--version`, settings, protocol, status endpoint, the end. A setting that is wrong
 * ends it with status 1 and a sentence on standard error. Reads `process.env`.
 */
export async function runServer<S extends typeof CommonSettings>(program: Program<S>): Promise<void> {
  const answered = answerOptions(program);
  if (answered !== undefined) {
    process.exitCode = answered;
    return;
  }
  try {
    await start(program);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
    process.exitCode = 1;
  }
}

async function start<S extends typeof CommonSettings>(program: Program<S>): Promise<void> {
  const { name, settings, metricsPrefix: prefix, operations } = program;
  const config = loadConfig(settings, process.env);
  const log = createLog({ name, level: config.LOG_LEVEL });
  const metrics = createMetrics({ prefix, enabled: config.ENABLE_METRICS, operations });
  let uuid: string | undefined;
  const instance = (): string => {
    uuid ??= randomUUID();
    return uuid;
  };
  const running: Running = { log, metrics, instance, startedAt: new Date() };
  const opened = await program.open(config, running);
  const background = startBackground(program, { opened, running, home: config.home });
  serve(opened.factory, {
    log,
    async onClose() {
      await background.close();
      await opened.close?.();
    },
  });
}

/** The status endpoint and what the server itself does beside answering. */
function startBackground(
  { name, version }: Pick<Program<never>, 'name' | 'version'>,
  { opened, running, home }: { opened: Opened; running: Running; home: string },
): Part {
  const { log, metrics, startedAt } = running;
  const open = async (): Promise<Part[]> => {
    const instance = running.instance();
    const status = await import('./status/index.ts');
    await removeUnusedFiles(path.join(home, 'cache'));
    const offered = status.describeTools(opened.tools);
    const health = status.createHealth({
      ...{ server: name, version, instance, startedAt, metrics, tools: offered.size },
      checks: { ...(await opened.checks?.()), disk: status.diskCheck(home), memory: status.memoryCheck() },
    });
    const details = () => ({ tools: offered.list(), calls: metrics.recent().map((call) => ({ ...call })) });
    const endpoint = await status.openStatus({ home, server: name, instance, health, metrics, details, log });
    return [endpoint, ...((await opened.background?.(health)) ?? [])];
  };
  let opening: Promise<Part[]> | undefined;
  const timer = setTimeout(() => {
    opening = open();
    opening.catch((err: unknown) => log.warn({ err }, 'background_not_started'));
  }, afterFirstReplyMs).unref();
  return {
    async close() {
      clearTimeout(timer);
      const parts = await opening?.catch(() => []);
      await Promise.all(parts?.map((part) => part.close()) ?? []);
    },
  };
}

/** Status 0 when it was asked about itself, 2 for a command line that means nothing, undefined to start. */
function answerOptions(program: Pick<Program<typeof CommonSettings>, 'name' | 'about' | 'version' | 'settings'>) {
  try {
    const { values } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (!values.version && !values.help) return undefined;
    process.stdout.write(values.version ? `${program.version}\n` : toHelp(program));
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0]}. --help says what there is.\n`);
    return 2;
  }
}

function toHelp({
  name,
  about,
  version,
  settings,
}: Pick<Program<typeof CommonSettings>, 'name' | 'about' | 'version' | 'settings'>): string {
  const described = describeSettings(settings);
  const width = Math.max(...described.map((setting) => setting.name.length), 16);
  return [
    `mcp-${name} ${version}: ${about}, an MCP server on standard input and output.`,
    'Register it in an MCP client; it speaks the protocol as soon as it is started without options.',
    '',
    'Settings, from the environment or <home>/config.env (each also as NAME_FILE):',
    `  ${'MCP_SERVERS_HOME'.padEnd(width)} Folder of config.env and what is kept [~/.mcp-servers]`,
    ...described.map(
      (setting) => `  ${setting.name.padEnd(width)} ${setting.about}${setting.default ? ` [${setting.default}]` : ''}`,
    ),
    '',
  ].join('\n');
}
