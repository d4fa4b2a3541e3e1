import { createContext, Script } from 'node:vm';
import { ValidationError } from '@mcp-servers/core';

/** Indexes of the lines that match, batch by batch. */
export type FindMatches = (lines: readonly string[]) => readonly number[];

const timeoutMs = 2000;
const flags = 'i';

/**
 * A regular expression, without regard to case. It may come from anyone, and some take for ever on the wrong text: it runs where it can
 * be stopped. Throws ValidationError for one that cannot be read, or that takes too long.
 */
export function createMatches(pattern: string): FindMatches {
  const source = readable(pattern);
  const context = createContext({ lines: [] as readonly string[], source, flags });
  const script = new Script(`(() => {
    const expression = new RegExp(source, flags);
    return lines.flatMap((line, index) => (expression.test(line) ? [index] : []));
  })()`);
  return (lines) => {
    context.lines = lines;
    try {
      return [...(script.runInContext(context, { timeout: timeoutMs }) as number[])];
    } catch (cause) {
      throw new ValidationError('pattern: it takes too long on this log.', {
        cause,
        hint: 'Make it simpler: no repetition inside a repetition.',
      });
    }
  };
}

/** The pattern where it is a regular expression, else the text itself. */
function readable(pattern: string): string {
  try {
    new RegExp(pattern, flags);
    return pattern;
  } catch {
    return pattern.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  }
}
