import { ConflictError } from '@mcp-servers/core';

/** Throws ConflictError when a branch is at another commit than was expected; an undefined `actual` is no commit at all. */
export function checkHead(name: string, actual: string | undefined, expected: string | undefined): void {
  if (expected === undefined || actual === expected.toLowerCase()) return;
  throw new ConflictError(`${name} is at ${actual ?? 'no commit yet'}, not at ${expected}; nothing was written.`, {
    hint: 'Read what was pushed (github_history, github_pull_diff), then decide again.',
    details: { actual: actual ?? null, expected },
  });
}
