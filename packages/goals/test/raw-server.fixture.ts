import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtServer, environment } from './spawn.fixture.ts';

export interface RawServer extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Exit code and signal, once the process is gone and its output read. */
  readonly ended: Promise<[code: number | null, signal: string | null]>;
  /** Complete lines of standard output so far. */
  lines(): string[];
  stderr(): string;
  /** Bytes as they are; resolves when they are accepted, or never will be. */
  send(bytes: string | Buffer): Promise<void>;
  /** One request; resolves with the answer, or undefined when the server ended first. */
  request(method: string, params?: unknown): Promise<RawAnswer | undefined>;
  /** The handshake of the 2025 era. */
  initialize(): Promise<void>;
}

export interface RawAnswer {
  id: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

/** The built server without a client in between: for what no client would send. */
export function spawnRaw(home: string, env: Readonly<Record<string, string>> = {}): RawServer {
  const child = spawn(process.execPath, [builtServer()], {
    env: environment(home, env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const waiting = new Map<string, (answer: RawAnswer) => void>();
  const lines: string[] = [];
  let rest = '';
  let errors = '';
  let next = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const answer = JSON.parse(line) as RawAnswer;
      waiting.get(String(answer.id))?.(answer);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  // A server that closed its end makes the write fail; the test sees that it ended.
  child.stdin.on('error', () => undefined);

  const send = async (bytes: string | Buffer): Promise<void> => {
    if (!child.stdin.write(bytes)) await Promise.race([once(child.stdin, 'drain'), ended]);
  };
  const request = async (method: string, params?: unknown): Promise<RawAnswer | undefined> => {
    next += 1;
    const id = `request-${next}`;
    const { promise, resolve } = Promise.withResolvers<RawAnswer>();
    waiting.set(id, resolve);
    await send(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return Promise.race([promise, ended.then(() => undefined)]);
  };
  return {
    ...{ child, ended, send, request },
    lines: () => lines,
    stderr: () => errors,
    async initialize() {
      const clientInfo = { name: 'bare', version: '1' };
      await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
      await send('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      const bound = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(bound);
    },
  };
}
