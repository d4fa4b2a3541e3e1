import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { type AppError, CancelledError } from '../errors.ts';
import { explainExit, explainSpawn } from './failures.ts';
import type { Identity } from './identity.ts';

export interface CommandOptions {
  cwd: string;
  /** Run as this user (root only). */
  identity?: Identity | undefined;
  signal?: AbortSignal | undefined;
  /** False when a process left running would keep the pipe open for ever. */
  output?: boolean;
}

/** A fixed environment: PostgreSQL reads PG* variables, locale and time zone, and they differ from session to session. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  if (process.platform !== 'win32') return { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };
  const { PATH, SystemRoot, TEMP } = process.env; // Where Windows finds its own libraries.
  return { PATH, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' };
}

/** Node's `spawn`, which reports some failures by an event and throws others (a user id that may not be taken): both are explained. */
export function launch(
  program: string,
  args: readonly string[],
  { onFailed, ...options }: SpawnOptions & { onFailed: (error: AppError) => void },
): ChildProcess {
  try {
    return spawn(program, args, options).on('error', (error) => onFailed(explainSpawn(error, program)));
  } catch (error) {
    throw explainSpawn(error as NodeJS.ErrnoException, program);
  }
}

/** Runs a program to its end and returns its exit code and the last 64 KB it wrote. Throws AppError when it cannot run at all. */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<{ code: number | null; output: string }> {
  const { cwd, identity, signal, output: wantOutput = true } = options;
  if (signal?.aborted) throw new CancelledError();
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  const pipe = wantOutput ? 'pipe' : 'ignore';
  const child = launch(program, args, {
    cwd,
    env: serverEnvironment(),
    stdio: ['ignore', pipe, pipe],
    windowsHide: true,
    ...identity,
    onFailed: reject,
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-65_536);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const abort = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', abort, { once: true });
  child.on('close', (code) => {
    signal?.removeEventListener('abort', abort);
    const cause = explainExit(code, program);
    if (signal?.aborted) reject(new CancelledError());
    else if (cause) reject(cause);
    else resolve({ code, output });
  });
  return promise;
}
