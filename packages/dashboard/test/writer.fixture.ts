import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '@mcp-servers/core/testing';

export interface Writer extends AsyncDisposable {
  /** Resolves when so many changes are made. */
  make(changes: number): Promise<void>;
}

/** A process that changes goals and tasks, on the same database and behind the dashboard's back. */
export function spawnWriter({ url }: Pick<TestDatabase, 'url'>, home: string): Writer {
  const file = fileURLToPath(new URL('./changes.fixture.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--conditions=@mcp-servers/source', file, url, home], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the writer has no pipes');
  const ended = once(child, 'exit').then(([code, signal]) => Promise.reject(new Error(`writer: ${code ?? signal}`)));
  ended.catch(() => {}); // Told to whoever waits for changes.
  const answers = createInterface(stdout);
  return {
    async make(changes) {
      const answer = once(answers, 'line');
      stdin.write(`${changes}\n`);
      await Promise.race([answer, ended]);
    },
    async [Symbol.asyncDispose]() {
      stdin.end();
      await ended.catch(() => {});
    },
  };
}
