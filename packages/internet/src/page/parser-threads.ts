import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CancelledError, UnavailableError } from '@mcp-servers/core';
import type { Page } from './page.ts';
import type { ParseJob, ParseReply, Ready } from './parse-job.ts';

export interface ThreadOptions {
  /** Threads at most; each is started when it is needed. Default 2. */
  threads?: number;
  /** A job that takes longer is ended with its thread; loading the thread's code does not count. Default 10,000. */
  deadlineMs?: number;
  /** A thread without work ends after this. Default 30,000. */
  idleMs?: number;
  /** Jobs that may wait for a thread; more are refused. Default 32. */
  maxWaiting?: number;
  /** Heap of one thread in MiB. Default 384. */
  memoryMiB?: number;
}

const startMs = 30_000;

/** Why a job has no page: the thread was ended, ran out of memory, or failed. */
export class ParseFailure extends Error {
  readonly reason: 'time' | 'memory' | 'failed';

  constructor(reason: ParseFailure['reason'], message: string) {
    super(message);
    this.name = 'ParseFailure';
    this.reason = reason;
  }
}

interface Waiting {
  job: Omit<ParseJob, 'id'>;
  signal: AbortSignal;
  resolve(page: Page): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  /** Settles the job in hand; undefined while idle. */
  settle: ((result: ParseReply | ParseFailure | CancelledError) => void) | undefined;
  idle: NodeJS.Timeout | undefined;
  isReady: boolean;
  /** Starts the clock of the job in hand. */
  arm: (() => void) | undefined;
}

export interface ParserThreads extends AsyncDisposable {
  /** Throws ParseFailure, CancelledError, and UnavailableError when too many jobs wait. */
  run(job: Omit<ParseJob, 'id'>, signal: AbortSignal): Promise<Page>;
}

/** The one place that knows where the thread's code lies: beside the bundle, else the source. */
export function workerFile(base: string = import.meta.url): URL {
  const bundled = new URL('./page-worker.js', base);
  const beside = new URL(base.endsWith('.ts') ? './worker.ts' : './worker.js', base);
  return !base.endsWith('.ts') && existsSync(fileURLToPath(bundled)) ? bundled : beside;
}

/** Threads that parse pages: reused, bounded in number, time and memory, and no reason for the process to stay alive when idle. */
export function createParserThreads(options: ThreadOptions = {}): ParserThreads {
  const { threads = 2, deadlineMs = 10_000, idleMs = 30_000, maxWaiting = 32, memoryMiB = 384 } = options;
  const waiting: Waiting[] = [];
  const pool = new Set<Thread>();
  let lastId = 0;

  return {
    run(job, signal) {
      if (signal.aborted) return Promise.reject(new CancelledError());
      if (waiting.length >= maxWaiting) {
        return Promise.reject(
          new UnavailableError('Too many pages are being parsed.', {
            hint: 'Ask for fewer pages at once.',
            retryAfterSeconds: 2,
          }),
        );
      }
      return new Promise((resolve, reject) => {
        const entry: Waiting = { job, signal, resolve, reject };
        waiting.push(entry);
        signal.addEventListener('abort', () => leave(entry), { once: true });
        next();
      });
    },
    async [Symbol.asyncDispose]() {
      for (const entry of waiting.splice(0)) entry.reject(new CancelledError('The server is stopping.'));
      await Promise.all([...pool].map((thread) => end(thread, new CancelledError('The server is stopping.'))));
    },
  };

  function leave(entry: Waiting): void {
    const at = waiting.indexOf(entry);
    if (at < 0) return;
    waiting.splice(at, 1);
    entry.reject(new CancelledError());
  }

  function next(): void {
    const free = [...pool].find(({ settle }) => settle === undefined);
    if (waiting.length === 0 || (!free && pool.size >= threads)) return;
    const entry = waiting.shift();
    if (entry) start(free ?? open(), entry);
  }

  function open(): Thread {
    const worker = new Worker(workerFile(), {
      execArgv: [],
      env: {},
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    const thread: Thread = { worker, settle: undefined, idle: undefined, isReady: false, arm: undefined };
    worker.on('message', (message: ParseReply | Ready) => {
      if (message !== 'ready') thread.settle?.(message);
      else {
        thread.isReady = true;
        thread.arm?.();
      }
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      lose(thread, new ParseFailure(memory ? 'memory' : 'failed', error.message));
    });
    worker.on('exit', () => lose(thread, new ParseFailure('failed', 'The parsing thread ended.')));
    pool.add(thread);
    return thread;
  }

  function start(thread: Thread, { job, signal, resolve, reject }: Waiting): void {
    lastId += 1;
    const id = lastId;
    clearTimeout(thread.idle);
    thread.worker.ref();
    const late = (): void => void end(thread, new ParseFailure('time', `Not done after ${deadlineMs} ms.`));
    // A page is not charged for the start of its thread.
    let deadline = setTimeout(late, thread.isReady ? deadlineMs : deadlineMs + startMs);
    thread.arm = () => {
      clearTimeout(deadline);
      deadline = setTimeout(late, deadlineMs);
    };
    const cancel = (): void => void end(thread, new CancelledError());
    signal.addEventListener('abort', cancel, { once: true });
    thread.settle = (result) => {
      thread.settle = undefined;
      thread.arm = undefined;
      clearTimeout(deadline);
      signal.removeEventListener('abort', cancel);
      if (pool.has(thread)) rest(thread);
      if (result instanceof Error) reject(result);
      else if ('page' in result) resolve(result.page);
      else reject(new ParseFailure('failed', result.failure));
      next();
    };
    thread.worker.postMessage({ ...job, id } satisfies ParseJob);
  }

  function rest(thread: Thread): void {
    thread.worker.unref();
    thread.idle = setTimeout(() => void end(thread, new CancelledError()), idleMs);
    thread.idle.unref();
  }

  function lose(thread: Thread, why: ParseFailure | CancelledError): void {
    pool.delete(thread);
    clearTimeout(thread.idle);
    thread.settle?.(why);
  }

  async function end(thread: Thread, why: ParseFailure | CancelledError): Promise<void> {
    lose(thread, why);
    await thread.worker.terminate();
  }
}
