// The thread that tries patterns on lines: some take for ever on the wrong text, and only a thread can be ended then.
import { serveThread } from '@mcp-servers/core/threads';
import type { Match, MatchJob } from './match-job.ts';

serveThread(async ({ pattern, lines }: MatchJob): Promise<Match[]> => {
  const expression = new RegExp(pattern, 'i');
  return lines.flatMap((line, index) => {
    const at = line.search(expression);
    return at === -1 ? [] : [[index, at] as const];
  });
});
