import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./session.fixture.ts', import.meta.url));

export interface RunningSession<T> {
  child: ChildProcess;
  /** What it printed; rejects with its standard error when it failed. */
  result: Promise<T>;
}

export function runSession<T>(...args: string[]): RunningSession<T> {
  const child = spawn(process.execPath, ['--conditions=@mcp-servers/source', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  child.on('close', (code) =>
    code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`ended with ${code}: ${err}`)),
  );
  return { child, result: promise };
}
