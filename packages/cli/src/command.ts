import type { ParseArgsConfig } from 'node:util';
import type { Log } from '@mcp-servers/core';
import type { CliSettings } from './config.ts';

/** What a command is given beside its own arguments. */
export interface Context {
  config: CliSettings & { home: string };
  log: Log;
  /** A line of the result, on standard output. */
  print(line: string): void;
  /** A line for the person, on standard error: progress, warnings. */
  tell(line: string): void;
}

export interface Invocation {
  values: Record<string, unknown>;
  positionals: readonly string[];
}

export interface Command {
  name: string;
  summary: string;
  /** What follows the command's name: `<file> [--replace]`. */
  usage: string;
  /** Lines below the usage, each option and what is worth knowing. */
  help: readonly string[];
  options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments beside the options. */
  takes: { min: number; max: number };
  /** Answers the exit status; throws an AppError for a failure with a way out. */
  run(invocation: Invocation, context: Context): Promise<number>;
}

/** A command line that means nothing: exit status 2. */
export class UsageError extends Error {
  readonly usage: string;

  constructor(message: string, usage: string) {
    super(message);
    this.name = 'UsageError';
    this.usage = usage;
  }
}
