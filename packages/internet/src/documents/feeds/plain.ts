import { toPlain } from '../../page/plain.ts';

const longestSummary = 2_000;
/** Of HTML that is read for a summary. */
const readChars = 8_000;

/** True for text that holds tags or entities of HTML. */
export const isHtml = (text: string): boolean => /<\/?[a-z][^<>]*>|&(?:#\d+|#x[\da-f]+|[a-z]{2,8});/i.test(text);

/** A title, name or summary as text on one line, whatever it is written in; undefined when it says nothing. */
export function toLine(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const start = text.slice(0, readChars);
  return toPlain(start, { markup: isHtml(start) ? 'html' : 'text', length: longestSummary }) || undefined;
}

/** The keys whose value is there. */
export function defined<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
