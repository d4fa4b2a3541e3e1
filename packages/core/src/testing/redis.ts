import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findRedis, type RedisProgram } from './find-redis.ts';

export interface RedisServer extends AsyncDisposable {
  /** `redis://` or `rediss://` on 127.0.0.1; stays the same through stop and start. */
  readonly url: string;
  /** Kills the server; its data is gone. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** The process stands still: connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
}

export interface RedisServerOptions {
  password?: string;
  /** Serves TLS only, with this certificate. */
  tls?: { key: string; cert: string };
}

const startLimitMs = 20_000;

/** A real Redis of its own, in a temporary folder, without persistence. Throws when there is no redis-server. */
export async function withRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = await findRedis();
  if (program === undefined) {
    throw new Error('No redis-server: it is not on the PATH, and no Debian package could be unpacked.');
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'redis-'));
  const deadline = Date.now() + startLimitMs;
  const launch = (port: number) => launchOn(port, { program, folder, options, deadline: Date.now() + startLimitMs });

  let port = randomPort();
  let child = await launch(port);
  while (child === undefined && Date.now() < deadline) {
    port = randomPort();
    child = await launch(port);
  }

  const stop = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const server: RedisServer = {
    url: `${options.tls ? 'rediss' : 'redis'}://${options.password ? `:${encodeURIComponent(options.password)}@` : ''}127.0.0.1:${port}`,
    stop,
    async start() {
      await stop();
      const limit = Date.now() + startLimitMs;
      do child = await launch(port);
      while (child === undefined && Date.now() < limit && (await setTimeout(100, true)));
      if (child === undefined) throw await failure(folder);
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  if (child === undefined) throw await failure(folder);
  return server;
}

/** Below the range systems take outgoing ports from, so that it is still free when the server starts again. */
const randomPort = () => 20_000 + Math.floor(Math.random() * 10_000);

interface Launch {
  program: RedisProgram;
  folder: string;
  options: RedisServerOptions;
  deadline: number;
}

/** Undefined when it ended at once: the port was taken, as a rule. */
async function launchOn(
  port: number,
  { program, folder, options, deadline }: Launch,
): Promise<ChildProcess | undefined> {
  const socket = path.join(folder, 'redis.sock');
  await rm(socket, { force: true });
  const { password, tls } = options;
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    [tls ? 'tls-port' : 'port']: String(port),
    unixsocket: socket,
    unixsocketperm: '700',
    dir: folder,
    logfile: path.join(folder, 'redis.log'),
    save: '',
    appendonly: 'no',
    ...(password && { requirepass: password }),
    ...(tls && { port: '0', 'tls-cert-file': tls.cert, 'tls-key-file': tls.key, 'tls-auth-clients': 'no' }),
  };
  const child = spawn(
    program.command,
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    {
      stdio: 'ignore',
      env: { ...process.env, ...program.env },
    },
  );
  const ended = once(child, 'exit').then(() => true);
  // Its own socket proves that this server is up; the port could be another's.
  while (!(await accepts(socket))) {
    const over = await Promise.race([ended, setTimeout(10, false)]);
    if (over) return undefined;
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw await failure(folder);
    }
  }
  return child;
}

function accepts(socket: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = net.connect(socket);
  connection.on('connect', () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => connection.destroy());
}

async function failure(folder: string): Promise<Error> {
  const log = await readFile(path.join(folder, 'redis.log'), 'utf8').catch(() => 'no log');
  return new Error(`redis-server did not start:\n${log.slice(-2000)}`);
}
