/**
 * Prose -> Markdown that reads as the same prose. A character is escaped only where it would be taken for markup:
 * `snake_case`, `2 * 3`, `[x]` and `C#` stay as they are.
 */
export function escapeProse(text: string): string {
  if (!/[\\`*_[<&~]/.test(text)) return text;
  return text
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '\\\\')
    .replaceAll('`', '\\`')
    .replace(/\*+/g, (stars, at: number) => (isFlanked(text, at, stars.length) ? stars.replaceAll('*', '\\*') : stars))
    .replace(/(?<![\p{L}\p{N}])_+(?=\S)|(?<=\S)_+(?![\p{L}\p{N}])/gu, (bars) => bars.replaceAll('_', '\\_'))
    .replace(/\[(?=[^\]\n]{0,200}\]\s?[([:])/g, '\\[')
    .replace(/<(?=[a-z/!?])/gi, '\\<')
    .replace(/&(?=#?\w{1,30};)/g, '\\&')
    .replace(/~~/g, '\\~\\~');
}

const isFlanked = (text: string, at: number, length: number): boolean =>
  /\S/.test(text[at - 1] ?? ' ') || /\S/.test(text[at + length] ?? ' ');

/** Lines of a paragraph that would begin a heading, a list, a quote or a rule. */
export function escapeLineStarts(text: string): string {
  return text
    .replace(/^([-+*])(?=\s|$)/gm, '\\$1')
    .replace(/^(#{1,6})(?=\s|$)/gm, '\\$1')
    .replace(/^>/gm, '\\>')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/gm, '$1\\$2')
    .replace(/^(={2,}|-{2,}|~{3,})(?=\s*$)/gm, '\\$1');
}

/** The shortest run of backticks, at least `least`, that does not occur in the text. */
const fenceFor = (text: string, least: number): string => '`'.repeat(Math.max(least, 1 + longestRun(text, /`+/g)));

export function codeSpan(text: string): string {
  const inner = text.replace(/\s+/g, ' ');
  if (inner.trim() === '') return inner;
  const runs = new Set([...inner.matchAll(/`+/g)].map(([run]) => run.length));
  let length = 1;
  while (runs.has(length)) length += 1;
  const fence = '`'.repeat(length);
  const pad = inner.startsWith('`') || inner.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${inner}${pad}${fence}`;
}

/** A fence that the code does not contain; code with absurd runs of both marks is indented instead. */
export function fenced(code: string, language: string | undefined): string {
  const ticks = fenceFor(code, 3);
  const waves = '~'.repeat(Math.max(3, 1 + longestRun(code, /~+/g)));
  const fence = ticks.length <= waves.length ? ticks : ticks.length > longestFence ? waves : ticks;
  if (fence.length > longestFence) return code.replace(/^(?=.)/gm, '    ');
  const end = code.endsWith('\n') || code === '' ? '' : '\n';
  return `${fence}${language ?? ''}\n${code}${end}${fence}`;
}

const longestFence = 40;

function longestRun(text: string, run: RegExp): number {
  let longest = 0;
  for (const [found] of text.matchAll(run)) longest = Math.max(longest, found.length);
  return longest;
}
