import { ValidationError } from '@mcp-servers/core';
import { createThreads, ThreadFailure, type ThreadOptions } from '@mcp-servers/core/threads';
import type { Match, MatchJob } from './match-job.ts';

export interface Matcher extends AsyncDisposable {
  /** Throws ValidationError for a pattern that takes too long, CancelledError. */
  find(lines: readonly string[]): Match[] | Promise<Match[]>;
}

export interface MatcherOptions {
  readonly signal: AbortSignal;
  readonly threads?: Partial<ThreadOptions>;
}

/** Lines that have a text in them, without regard to case. */
export function createTextMatcher(text: string): Matcher {
  const wanted = text.toLowerCase();
  return {
    find: (lines) =>
      lines.flatMap((line, index) => {
        const at = line.toLowerCase().indexOf(wanted);
        return at === -1 ? [] : [[index, at] as const];
      }),
    async [Symbol.asyncDispose]() {},
  };
}

/** Of a few thousand lines; a good pattern needs milliseconds. */
const deadlineMs = 2000;

/**
 * Lines that match a regular expression, without regard to case. It may come from anyone, and some take for ever on the wrong text: it is
 * tried in a thread, which begins with the first lines and ends with this. Throws ValidationError for one that cannot be read.
 */
export function createPatternMatcher(pattern: string, { signal, threads: options }: MatcherOptions): Matcher {
  checkPattern(pattern);
  const threads = createThreads<MatchJob, Match[]>({ file: workerFile(), deadlineMs, memoryMiB: 32, ...options });
  return {
    async find(lines) {
      try {
        return await threads.run({ pattern, lines }, { signal });
      } catch (error) {
        if (!(error instanceof ThreadFailure)) throw error;
        throw new ValidationError(`pattern: ${sentences[error.reason]}`, {
          cause: error,
          hint: 'Make it simpler (no repetition inside a repetition), or leave regex out to look for a text.',
        });
      }
    },
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

const sentences: Readonly<Record<ThreadFailure['reason'], string>> = {
  time: 'it takes too long on this log.',
  memory: 'it takes too much memory on this log.',
  failed: 'it cannot be used on this log.',
};

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'i');
  } catch (cause) {
    throw new ValidationError(`pattern: ${(cause as Error).message}.`, {
      cause,
      hint: 'Correct it, or leave regex out to look for it as a text.',
    });
  }
}

/** It lies beside this file, under the same name in the source, in a build and in the bundle. */
const workerFile = (base: string = import.meta.url): URL =>
  new URL(base.endsWith('.ts') ? './match-worker.ts' : './match-worker.js', base);
