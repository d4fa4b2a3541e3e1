import { parentPort, Worker } from 'node:worker_threads';
import { CancelledError, UnavailableError } from './errors.ts';

export interface ThreadOptions {
  /** The module that runs in each thread and calls `serveThread`. */
  file: URL;
  /** Threads at most; each is started when it is needed. Default 1. */
  threads?: number;
  /** A job that takes longer is ended with its thread; loading the thread's code does not count. Default 10,000. */
  deadlineMs?: number;
  /** A thread without work ends after this. Default 30,000. */
  idleMs?: number;
  /** Jobs that may wait for a thread; more are refused. Default 32. */
  maxWaiting?: number;
  /** Heap of one thread. Default 128. */
  memoryMiB?: number;
}

export interface Call {
  signal: AbortSignal;
  /** In place of the pool's. */
  deadlineMs?: number;
  /** The thread ends after this job, which gives its memory back. */
  last?: boolean;
}

export interface Threads<Job, Result> extends AsyncDisposable {
  /** Throws ThreadFailure, CancelledError, and UnavailableError when too many jobs wait. A job is copied when its turn comes. */
  run(job: Job, call: Call): Promise<Result>;
}

/** Why a job has no result: its thread took too long, ran out of memory, or failed. */
export class ThreadFailure extends Error {
  readonly reason: 'time' | 'memory' | 'failed';

  constructor(reason: ThreadFailure['reason'], message: string) {
    super(message);
    this.name = 'ThreadFailure';
    this.reason = reason;
  }
}

const startMs = 30_000;
/** A larger one is faster by a little and costs three times its size. */
const youngMiB = 4;

type Reply<Result> = 'ready' | { result: Result } | { failure: string };

/** In the thread: answers each job with what `work` makes of it. It may be ended at any moment. */
export function serveThread<Job, Result>(work: (job: Job) => Promise<Result>): void {
  const reply = (message: Reply<Result>): void => parentPort?.postMessage(message);
  parentPort?.on('message', (job: Job) => {
    work(job).then(
      (result) => reply({ result }),
      (error: unknown) =>
        reply({ failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
    );
  });
  reply('ready');
}

interface Waiting<Job, Result> {
  job: Job;
  call: Call;
  resolve(result: Result): void;
  reject(error: Error): void;
}

interface Thread<Result> {
  worker: Worker;
  /** Settles the job in hand; undefined while idle. */
  settle: ((outcome: { result: Result } | Error) => void) | undefined;
  idle: NodeJS.Timeout | undefined;
  isReady: boolean;
  isEnding: boolean;
  /** Starts the clock of the job in hand. */
  arm: (() => void) | undefined;
}

/** Threads for work that must not hold up or bring down the process: reused, bounded in number, time and memory. */
export function createThreads<Job, Result>(options: ThreadOptions): Threads<Job, Result> {
  const { file, threads = 1, deadlineMs = 10_000, idleMs = 30_000, maxWaiting = 32, memoryMiB = 128 } = options;
  const waiting: Waiting<Job, Result>[] = [];
  const pool = new Set<Thread<Result>>();

  return {
    run(job, call) {
      const { signal } = call;
      if (signal.aborted) return Promise.reject(new CancelledError());
      if (waiting.length >= maxWaiting) {
        return Promise.reject(
          new UnavailableError('Too many documents are being read.', {
            hint: 'Ask for fewer at once.',
            retryAfterSeconds: 2,
          }),
        );
      }
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      const entry = { job, call, resolve, reject };
      const leave = (): void => {
        const at = waiting.indexOf(entry);
        if (at >= 0) waiting.splice(at, 1);
        if (at >= 0) reject(new CancelledError());
      };
      waiting.push(entry);
      signal.addEventListener('abort', leave, { once: true });
      next();
      return promise.finally(() => signal.removeEventListener('abort', leave));
    },
    async [Symbol.asyncDispose]() {
      for (const entry of waiting.splice(0)) entry.reject(new CancelledError('The server is stopping.'));
      await Promise.all([...pool].map((thread) => end(thread, new CancelledError('The server is stopping.'))));
    },
  };

  function next(): void {
    const free = [...pool].find(({ settle, isEnding }) => settle === undefined && !isEnding);
    if (waiting.length === 0 || (!free && pool.size >= threads)) return;
    const entry = waiting.shift();
    if (entry) start(free ?? open(), entry);
  }

  function open(): Thread<Result> {
    // Its output goes nowhere: a library that talks would break the protocol on standard output.
    const worker = new Worker(file, {
      ...{ env: {}, stdin: false, stdout: true, stderr: true },
      // A thread takes no flags of its process, but what finds the sources of a package where they run without a build.
      execArgv: file.pathname.endsWith('.ts') ? ['--conditions=@mcp-servers/source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB, maxYoungGenerationSizeMb: youngMiB, stackSizeMb: 4 },
    });
    worker.stdout.resume();
    worker.stderr.resume();
    const thread: Thread<Result> = {
      ...{ worker, settle: undefined, idle: undefined, isReady: false, isEnding: false, arm: undefined },
    };
    worker.on('message', (message: Reply<Result>) => {
      if (message === 'ready') {
        thread.isReady = true;
        thread.arm?.();
      } else if (!thread.isEnding)
        thread.settle?.('failure' in message ? new ThreadFailure('failed', message.failure) : message);
    });
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const memory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      lose(thread, new ThreadFailure(memory ? 'memory' : 'failed', error.message));
    });
    worker.on('exit', () => lose(thread, new ThreadFailure('failed', 'The thread ended.')));
    pool.add(thread);
    return thread;
  }

  function start(thread: Thread<Result>, { job, call, resolve, reject }: Waiting<Job, Result>): void {
    const { signal, last = false, deadlineMs: allowedMs = deadlineMs } = call;
    clearTimeout(thread.idle);
    thread.worker.ref();
    const late = (): void => void end(thread, new ThreadFailure('time', `Not done after ${allowedMs} ms.`));
    // A job is not charged for the start of its thread.
    let deadline = setTimeout(late, thread.isReady ? allowedMs : allowedMs + startMs);
    thread.arm = () => {
      clearTimeout(deadline);
      deadline = setTimeout(late, allowedMs);
    };
    const cancel = (): void => void end(thread, new CancelledError());
    signal.addEventListener('abort', cancel, { once: true });
    thread.settle = (outcome) => {
      thread.settle = undefined;
      thread.arm = undefined;
      clearTimeout(deadline);
      signal.removeEventListener('abort', cancel);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome.result);
      if (last) void end(thread, new CancelledError());
      else if (pool.has(thread) && !thread.isEnding) rest(thread);
      next();
    };
    thread.worker.postMessage(job);
  }

  function rest(thread: Thread<Result>): void {
    thread.worker.unref();
    thread.idle = setTimeout(() => void end(thread, new CancelledError()), idleMs);
    thread.idle.unref();
  }

  function lose(thread: Thread<Result>, why: Error): void {
    clearTimeout(thread.idle);
    thread.settle?.(why);
    if (pool.delete(thread)) next();
  }

  /** Its place is free when it has gone, so that the next one does not need memory beside it. */
  async function end(thread: Thread<Result>, why: Error): Promise<void> {
    thread.isEnding = true;
    thread.settle?.(why);
    await thread.worker.terminate();
    lose(thread, why);
  }
}
