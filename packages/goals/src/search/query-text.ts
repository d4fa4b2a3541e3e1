import { toItemId } from '../items/ids.ts';

/** A word, or the words between two quotes, as the function `search_query` of the schema takes it. */
interface Term {
  text: string;
  phrase: boolean;
  not: boolean;
  /** The last word, which may still be being written. */
  begun: boolean;
}

/** The alternatives of a search, each a list of terms that must all be there, or not be there. */
export type Wanted = Term[][];

const token = /(-?)"([^"]*)(?:"|$)|(\S+)/g;

/** The syntax of websearch: quotes, OR between words, and a minus before what must not be there. */
export function parseSearch(text: string): Wanted {
  const wanted: Wanted = [[]];
  const tokens = [...text.matchAll(token)];
  for (const [index, [whole, minus, quoted]] of tokens.entries()) {
    const current = wanted.at(-1) ?? [];
    const last = index === tokens.length - 1;
    if (/^or$/i.test(whole) && current.length > 0 && !last) wanted.push([]);
    else if (quoted !== undefined) current.push({ text: quoted, phrase: true, not: minus === '-', begun: false });
    else current.push(word(whole, last));
  }
  return wanted.filter((terms) => terms.length > 0);
}

function word(whole: string, last: boolean): Term {
  const not = /^-[^\s-]/.test(whole);
  const text = not ? whole.slice(1) : whole;
  return { text: toItemId(text) ?? text, phrase: false, not, begun: last && !not };
}

/** Without quotes and minus. What was asked for exactly, or not to be there, must not be answered with what looks alike. */
export const isPlain = (text: string): boolean => !text.includes('"') && !/(^|\s)-\S/.test(text);
