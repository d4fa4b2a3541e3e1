import { fence, newMark, toVisible } from '@mcp-servers/core/outside';

type Row = Readonly<Record<string, unknown>>;

/** Rows of text from outside, one a line, between the marks of untrusted text; lists inside a row get lines of their own. */
export function rowsText(rows: readonly Row[], source: string): string {
  if (rows.length === 0) return '(nothing)';
  return fence(rows.map(rowText).join('\n'), { source });
}

/** `owner/name #12 A title · state open · labels a, b`, the lines of code below it. */
function rowText({ repo, number, title, path, lines, ...rest }: Row): string {
  const head = [repo, number === undefined ? undefined : `#${number}`, path, title].filter(Boolean).join(' ');
  const facts = Object.entries(rest).map(([name, value]) => `${name} ${shown(value)}`);
  const below = Array.isArray(lines) ? lines.map((line) => `    ${line}`) : [];
  return [[head, ...facts].filter(Boolean).join(' · '), ...below].join('\n');
}

export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** How to get what did not fit. */
export const more = (tool: string, cursor: string | undefined): string[] =>
  cursor === undefined ? [] : [`More: ${tool} with cursor "${cursor}"`];

/** `name value · name value`; what is a name already stands alone. */
export const pairs = (row: Row): string =>
  Object.entries(row)
    .map(([name, value]) => (name === 'path' || name === 'name' ? shown(value) : `${name} ${shown(value)}`))
    .join(' · ');

/** Rows that have a body get marks of their own, with their author; others share them. Comments below a row follow its body. */
export function writtenText(rows: readonly Row[], source: string, mark: string = newMark()): string[] {
  if (rows.length === 0) return [];
  if (!rows.some((row) => 'body' in row || Array.isArray(row.comments))) {
    return [fence(rows.map(pairs).join('\n'), { source }, mark)];
  }
  return rows.map(({ body, comments, ...row }) => {
    const inner = Array.isArray(comments) ? (comments as Row[]) : [];
    const words = [
      ...(typeof body === 'string' ? [body] : []),
      ...inner.map((each) => `${each.author} ${each.created_at}: ${each.body}`),
    ];
    const author = typeof row.author === 'string' ? row.author : undefined;
    return fence([pairs(row), ...words].join('\n'), { source, author }, mark);
  });
}

/** A name from outside where no marks are around it: on one line, with what it hides. */
export const label = (text: string): string => toVisible(text).text.replaceAll(/\s*[\r\n]+\s*/g, ' ⏎ ');
