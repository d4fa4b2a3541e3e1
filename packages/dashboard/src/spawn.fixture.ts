import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const goals = fileURLToPath(new URL('../../goals/src/main.ts', import.meta.url));

export interface SpawnedDashboard extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  /** What it wrote, line by line. */
  readonly lines: readonly string[];
  /** Resolves with its exit status, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

const run = (file: string, args: readonly string[], env: Record<string, string>) =>
  spawn(process.execPath, ['--conditions=@mcp-servers/source', file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LOG_LEVEL: 'warn', ...env },
  });

/** The dashboard as a process of its own, on a free port. Resolves when it has printed its address. */
export async function spawnDashboard(env: Record<string, string>): Promise<SpawnedDashboard> {
  const child = run(main, ['--no-open', '--port', '0'], env);
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const lines: string[] = [];
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (line.includes('http://')) resolve(line.trim());
  });
  void ended.then((code) => reject(new Error(`the dashboard ended with ${code}: ${errors}`)));
  const address = new URL(await promise);
  return {
    child,
    url: `${address.origin}/`,
    token: address.searchParams.get('token') ?? env.DASHBOARD_TOKEN ?? '',
    lines,
    end(signal) {
      child.kill(signal);
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A goal agent as a client runs it; it lives until its standard input ends or it is killed. */
export async function spawnGoals(
  env: Record<string, string>,
): Promise<{ child: ChildProcess; end(signal?: NodeJS.Signals): Promise<void> }> {
  const child = run(goals, [], env);
  child.stderr.resume();
  const ended = once(child, 'exit');
  const initialize = {
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };
  const answers = createInterface(child.stdout);
  child.stdin.write(`${JSON.stringify(initialize)}\n`);
  await once(answers, 'line');
  const call = {
    ...{ jsonrpc: '2.0', id: 2, method: 'tools/call' },
    params: { name: 'get_items', arguments: { ids: ['GOAL-999'] } },
  };
  child.stdin.write(
    `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n${JSON.stringify(call)}\n`,
  );
  await once(answers, 'line');
  return {
    child,
    async end(signal) {
      if (signal) child.kill(signal);
      else child.stdin.end();
      await ended;
    },
  };
}

/** Node running a script of this package; resolves with its exit status. */
export async function runScript(url: URL, args: readonly string[]): Promise<number> {
  const child = run(fileURLToPath(url), args, {});
  child.stdout.resume();
  child.stderr.pipe(process.stderr);
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
