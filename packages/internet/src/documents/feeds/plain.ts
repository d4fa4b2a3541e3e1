import { decodeEntities } from '../../page/entities.ts';

const longestSummary = 2_000;
/** Of HTML that is read for a summary. */
const readChars = 8_000;

/** True for text that holds tags or entities of HTML. */
export const isHtml = (text: string): boolean => /<\/?[a-z][^<>]*>|&(?:#\d+|#x[\da-f]+|[a-z]{2,8});/i.test(text);

/** Words of a bit of HTML on one line; titles and summaries are shown as text. */
export function toPlain(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const start = text.slice(0, readChars);
  const bare = isHtml(start)
    ? decodeEntities(
        start
          .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
          .replace(/<\/?(?:p|br|div|li|h\d|tr|td|ul|ol|blockquote)\b[^<>]*>/gi, ' ')
          .replace(/<\/?[a-z!][^<>]*>/gi, ''),
      )
    : start;
  const line = bare.replace(/\s+/g, ' ').trim();
  if (line === '') return undefined;
  return line.length > longestSummary ? `${line.slice(0, longestSummary).toWellFormed()}…` : line;
}

/** The keys whose value is there. */
export function defined<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
