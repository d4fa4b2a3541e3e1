import { fence, newMark } from '@mcp-servers/core/outside';
import { oneLine } from '../read/untrusted.ts';

export { oneLine as label } from '../read/untrusted.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows of text from outside, one a line, between the marks of untrusted text; or a word that there are none. */
export const rowsText = (rows: readonly Row[], source: string, mark: string = newMark()): string =>
  rows.length === 0 ? '(nothing)' : writtenText(rows, source, mark).join('\n');

/** The same, and nothing of none. Rows that have a body get marks of their own, with their author; comments on a row follow its body. */
export function writtenText(rows: readonly Row[], source: string, mark: string = newMark()): string[] {
  if (rows.length === 0) return [];
  if (!rows.some((row) => 'body' in row || Array.isArray(row.comments))) {
    return [fence(rows.map(rowText).join('\n'), { source }, mark)];
  }
  return rows.map(({ body, comments, ...row }) => {
    const isTalk = Array.isArray(comments);
    const inner = isTalk ? (comments as Row[]) : [];
    const words = [
      ...(typeof body === 'string' ? [body] : []),
      // Indented, so that no comment can begin another.
      ...inner.map(({ author, created_at, comment_id, body: said }) => {
        const id = comment_id === undefined ? '' : ` (comment_id ${comment_id})`;
        return `${author} ${created_at}${id}: ${String(said).replaceAll('\n', '\n  ')}`;
      }),
    ];
    const author = typeof row.author === 'string' ? row.author : undefined;
    const facts = isTalk || comments === undefined ? row : { ...row, comments };
    return fence([pairs(facts), ...words].join('\n'), { source, author }, mark);
  });
}

/** A row on its line, the lines of code that it has below it. */
function rowText({ lines, ...row }: Row): string {
  if (!Array.isArray(lines)) return pairs(lines === undefined ? row : { ...row, lines });
  return [pairs(row), ...lines.map((line) => `    ${line}`)].join('\n');
}

/** `owner/name #12 A title · state open · labels a, b`, on one line: what is a name already stands alone. */
export function pairs({ repo, number, path, name, title, ...rest }: Row): string {
  const names = [repo, number === undefined ? undefined : `#${number}`, path, name, title];
  const head = names.filter((each) => each !== undefined && each !== null && each !== '').map(shown);
  const facts = Object.entries(rest).flatMap(([fact, value]) => (value === undefined ? [] : `${fact} ${shown(value)}`));
  return oneLine([...(head.length > 0 ? [head.join(' ')] : []), ...facts].join(' · '));
}

/** `a, b`; `name value, name value` of an object. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${shown(each)}`)
    .join(', ');
}

/** How to get what did not fit. */
export const more = (tool: string, cursor: string | undefined, { of = '' } = {}): string[] =>
  cursor === undefined ? [] : [`More${of && ` ${of}`}: ${tool} with cursor "${cursor}"`];
