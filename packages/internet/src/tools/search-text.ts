import { fence, newMark } from '@mcp-servers/core/outside';
import { inLine } from '../read/in-line.ts';

interface Found {
  results: readonly { rank: number; title: string; url: string; snippet: string; date?: string | undefined }[];
  asked: readonly Record<string, unknown>[];
  note?: string | undefined;
  next_cursor?: string | undefined;
}

/** Results as a numbered list between the marks of untrusted text, then what the providers said. */
export function renderSearch({ results, asked, note, next_cursor }: Found): string {
  const rows = results.map(({ rank, title, url, snippet, date }) =>
    [`${rank}. ${title}${date ? ` (${date})` : ''}`, `   ${url}`, ...(snippet ? [`   ${snippet}`] : [])].join('\n'),
  );
  const sources = [...new Set(asked.map(({ provider }) => String(provider)))].join(', ');
  const mark = newMark();
  const source = { source: sources || 'the search providers' };
  const said = saidBy(asked);
  return [
    ...(rows.length > 0 ? [fence(rows.join('\n'), source, mark)] : []),
    ...(note ? [inLine(note, 1_000)] : []),
    ...(said.length > 0 ? [fence(said.join('\n'), source, mark)] : []),
    ...(next_cursor ? [`More: call web_search with cursor "${next_cursor}"`] : []),
  ].join('\n');
}

/** Only what differs from a plain answer: failures, options without effect, notes. */
function saidBy(asked: Found['asked']): string[] {
  return asked.flatMap(({ provider, outcome, said, unsupported, notes }) => [
    ...(said ? [`${provider} (${outcome}): ${said}`] : []),
    ...(Array.isArray(unsupported) && unsupported.length > 0
      ? [`${provider} does not know: ${unsupported.join(', ')}`]
      : []),
    ...(Array.isArray(notes) ? notes.map((each) => `${provider}: ${each}`) : []),
  ]);
}
