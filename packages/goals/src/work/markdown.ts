/*
 * What people and agents wrote is data. In a document of ours it stands on one line of its own, or as a quotation of which every
 * line is marked: no heading, fence or list in it reaches the structure around it. HTML and images are shown, not run.
 */

const harmless = (text: string): string => text.replace(/<(?=[a-z/!?])/gi, '\\<').replaceAll('![', '!\\[');

/** A title, name or tag on one line, for the middle of a line. */
export function toInline(text: string): string {
  return harmless(text.replace(/\s+/g, ' ').trim())
    .replaceAll('](', ']\\(')
    .replaceAll('`', '\\`')
    .replace(/#+$/, (marks) => `\\${marks}`);
}

/** A description or note as a quotation. */
export function toQuote(text: string): string {
  return harmless(text.trim())
    .split(/\r\n|\r|\n/)
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** Text as it is, between fences that it cannot close. */
export function toFence(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

/** A part of a document: blocks under a heading, of which as many are shown as fit. */
export interface Section {
  /** Without one: the beginning of the document. */
  heading?: string;
  /** Shown whole or not at all. */
  blocks: readonly string[];
  /** Between blocks. */
  gap?: '\n' | '\n\n';
  /** Of a list that was already bounded when it was read. */
  more?: string | undefined;
  /** How to get what does not fit. */
  rest: string;
}

/** Room kept for saying, in each section, what was left out. */
const noticeChars = 120;

/** Sections in order of importance, whole blocks only, within `maxChars`; what is left out is counted where it would stand. */
export function renderDocument(sections: readonly Section[], maxChars: number): string {
  const shown = sections.filter(({ blocks }) => blocks.length > 0);
  let left = maxChars - shown.length * noticeChars;
  return shown
    .map(({ heading, blocks, gap = '\n\n', more, rest }) => {
      left -= (heading?.length ?? 0) + 8;
      const taken: string[] = [];
      for (const block of blocks) {
        if (block.length + gap.length > left) break;
        left -= block.length + gap.length;
        taken.push(block);
      }
      const missing = blocks.length - taken.length;
      return [
        ...(heading === undefined ? [] : [`## ${heading}`]),
        ...(taken.length > 0 ? [taken.join(gap)] : []),
        ...(missing > 0 ? [`(${missing} of ${blocks.length} did not fit: ${rest})`] : more ? [`(${more})`] : []),
      ].join('\n\n');
    })
    .join('\n\n')
    .concat('\n');
}
