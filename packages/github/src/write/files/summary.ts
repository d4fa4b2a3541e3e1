import { utf8 } from './blobs.ts';

/** '-2 +3 at line 10': what differs between the lines that both begin and end with; undefined for bytes that are no text. */
export function changedLines(before: Buffer | undefined, after: Buffer | undefined): string | undefined {
  if (after === undefined) return undefined;
  const texts = [before ?? Buffer.alloc(0), after].map(utf8);
  const [old, now] = texts.map((text) => (text === '' ? [] : text?.split(/(?<=\n)/)));
  if (!old || !now) return undefined;
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return `-${old.length - start - end} +${now.length - start - end} at line ${start + 1}`;
}
