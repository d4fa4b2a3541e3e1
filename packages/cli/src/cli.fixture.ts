import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@mcp-servers/core';
import { embeddedPostgres } from '@mcp-servers/core/embedded';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** The command line as a person runs it, in an environment with nothing in it but these variables. */
export const runCli = (words: readonly string[], env: Record<string, string>): Promise<Ran> =>
  runScript(main, words, env);

/** A script from source, in such an environment. */
export function runScript(script: string, words: readonly string[], env: Record<string, string>): Promise<Ran> {
  const { promise, resolve, reject } = Promise.withResolvers<Ran>();
  const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', script, ...words], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.on('error', reject);
  child.on('close', (status) => resolve({ status, out, err }));
  return promise;
}

export interface CliHome extends AsyncDisposable {
  home: string;
  run(...words: string[]): Promise<Ran>;
}

/** A home of its own; its database server is stopped at the end. */
export function withCliHome(env: Record<string, string> = {}): CliHome {
  const base = mkdtempSync(path.join(tmpdir(), 'mcp-cli-'));
  chmodSync(base, 0o711);
  const home = path.join(base, 'home');
  return {
    home,
    run: (...words) => runCli(words, { MCP_SERVERS_HOME: home, ...env }),
    async [Symbol.asyncDispose]() {
      await embeddedPostgres({ home, log: createLog({ name: 'test', level: 'silent' }) }).stop('immediate');
      await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
