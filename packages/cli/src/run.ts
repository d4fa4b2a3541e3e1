import { parseArgs } from 'node:util';
import { AppError, createLog, type Environment, loadConfig, nearest } from '@mcp-servers/core';
import { type Command, type Context, type Invocation, UsageError } from './command.ts';
import { CliSettings } from './config.ts';
import { commands } from './db/index.ts';
import { version } from './version.ts';

export interface RunOptions {
  env: Environment;
  print: Context['print'];
  tell: Context['tell'];
}

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';

/** Runs one command line. Answers the exit status: 0 done, 1 failed, 2 not a command. Never throws. */
export async function run(words: readonly string[], { env, print, tell }: RunOptions): Promise<number> {
  try {
    const [group, name, ...rest] = words;
    if (group === '--version' || group === '-v') return said(print, version);
    if (group === undefined) throw new UsageError('A command is needed.', overview());
    if (isHelp(group)) return said(print, overview());
    if (group !== 'db') throw new UsageError(unknown(group, ['db']), overview());
    if (isHelp(name)) return said(print, overview());
    if (name === undefined) throw new UsageError('db needs a command.', overview());
    const command = commands.find((candidate) => candidate.name === name);
    if (!command)
      throw new UsageError(
        unknown(
          name,
          commands.map((candidate) => candidate.name),
          'db ',
        ),
        overview(),
      );
    if (rest.some(isHelp)) return said(print, manual(command));
    const invocation = parse(command, rest);
    const config = loadConfig(CliSettings, env);
    const log = createLog({ name: 'mcp-servers', level: config.LOG_LEVEL });
    return await command.run(invocation, { config, log, print, tell });
  } catch (error) {
    return explain(error, { env, tell });
  }
}

function said(print: Context['print'], text: string): number {
  print(text);
  return 0;
}

function parse(command: Command, args: string[]): Invocation {
  const { options, takes } = command;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (positionals.length < takes.min) throw new Error('an argument is missing');
    if (positionals.length > takes.max) throw new Error(`"${positionals[takes.max]}" is one argument too many`);
    return { values, positionals };
  } catch (error) {
    throw new UsageError(`db ${command.name}: ${firstSentence((error as Error).message)}.`, usageOf(command));
  }
}

/** Without parseArgs' advice on arguments that begin with a dash. */
const firstSentence = (text: string): string => text.split('. ')[0]?.replace(/\.$/, '') ?? text;

function explain(error: unknown, { env, tell }: Pick<RunOptions, 'env' | 'tell'>): number {
  if (error instanceof UsageError) {
    tell(`${error.message}\n\n${error.usage}`);
    return 2;
  }
  if (error instanceof AppError) {
    tell(error.message);
    if (error.hint) tell(error.hint);
  } else {
    tell(`Failed: ${(error as Error).message}`);
  }
  if (/^(debug|trace)$/i.test(env.LOG_LEVEL ?? '')) tell(String((error as Error).stack));
  return 1;
}

function unknown(word: string, known: readonly string[], before = ''): string {
  const [near] = nearest(word, known);
  return `There is no command "${before}${word}".${near ? ` Did you mean "${before}${near}"?` : ''}`;
}

const usageOf = ({ name, usage }: Command): string => `Usage: mcp-servers db ${name}${usage && ` ${usage}`}`;

function manual(command: Command): string {
  return [usageOf(command), '', command.summary, ...(command.help.length > 0 ? ['', ...command.help] : [])].join('\n');
}

function overview(): string {
  const width = Math.max(...commands.map(({ name, usage }) => name.length + usage.length)) + 3;
  return [
    'Usage: mcp-servers db <command> [options]',
    '       mcp-servers --help | --version',
    '',
    'The store that the servers share: the PostgreSQL of DATABASE_URL, else the embedded one in MCP_SERVERS_HOME.',
    '',
    ...commands.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.padEnd(width)}${summary}`),
    '',
    '"mcp-servers db <command> --help" says more. Settings come from the environment or <home>/config.env.',
  ].join('\n');
}
