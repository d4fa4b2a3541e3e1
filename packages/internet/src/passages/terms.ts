import { fold } from './fold.ts';
import { functionWords, type Language } from './language.ts';
import { stem } from './stem.ts';

const cjk = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}ー々〆';
const unspaced = '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
// A run of one of: scripts written without spaces, identifiers, flags, versions and numbers, words.
const run = new RegExp(
  `[${cjk}]+|[${unspaced}\\p{M}]+|--?[a-z][\\w-]*|[$#@]?[\\p{L}\\p{N}_](?:[\\p{L}\\p{M}\\p{N}_]|[.,:/'’+#-](?=[\\p{L}\\p{N}_]))*(?:\\+\\+|#)?`,
  'giu',
);
const isCjk = new RegExp(`^[${cjk}]`, 'u');
const isUnspaced = new RegExp(`^[${unspaced}]`, 'u');
const grammarOnly = /^[\p{Script=Hiragana}ー]+$/u;
const isHan = /^\p{Script=Han}$/u;
const commonHan: ReadonlySet<string> = new Set(
  '的了是在有和不就都而及与着或一个我你他她它们这那么之为以于从到把被让给对可以能会要想去来上下里中大小多少几吗呢吧么什怎样哪谁何用过没很最也还又再只本次时后前得地其所等将已因由此',
);
const segmenter = new Intl.Segmenter('th', { granularity: 'word' });
const numbers: ReadonlyMap<string, string> = new Map(
  'two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, at) => [word, String(at + 2)]),
);
/** Longer runs are no words; base64, hashes and minified code would only fill the index. */
const maxTermChars = 60;

/**
 * The terms of a text in order: lower case, without accents, stemmed, without function words; identifiers whole and in parts;
 * Chinese, Japanese and Korean as pairs of characters.
 */
export function toTerms(text: string, language: Language): string[] {
  const terms: string[] = [];
  for (const [found] of text.normalize('NFKC').matchAll(run)) {
    if (isCjk.test(found)) addPairs(found, terms);
    else if (isUnspaced.test(found)) addSegments(found, terms);
    else addWord(found, language, terms);
  }
  return terms;
}

function addWord(found: string, language: Language, terms: string[]): void {
  const plain = fold(found).replace(/[’']s?$|[’']s\b/g, '');
  if (plain.length > maxTermChars) return;
  if (/^[$#@]?\d/.test(plain) && /^[$]?[\d.,]+$/.test(plain)) {
    terms.push(
      plain
        .replace(/^\$/, '')
        .replaceAll(/,(?=\d{3}\b)/g, '')
        .replace(/[.,]$/, ''),
    );
    return;
  }
  if (/^\p{L}+$/u.test(plain) && !/\p{Ll}\p{Lu}/u.test(found)) {
    addPlain(plain, language, terms);
    return;
  }
  const whole = plain.replace(/^-+/, '');
  const parts = partsOf(found);
  if (parts.length > 1 || /\d/.test(whole)) terms.push(whole);
  for (const part of parts) if (part !== whole || parts.length === 1) addPlain(part, language, terms);
}

function addPlain(word: string, language: Language, terms: string[]): void {
  if (word.length < 2 && !/\d/.test(word)) return;
  const number = language === 'en' ? numbers.get(word) : undefined;
  if (number !== undefined) terms.push(number);
  else if (!functionWords[language].has(word)) terms.push(stem(word, language));
}

/** camelCase, snake_case, dotted.names, paths and kebab-case in their words. */
const partsOf = (identifier: string): string[] =>
  identifier
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map(fold)
    .filter((part) => part.length > 0);

function addPairs(found: string, terms: string[]): void {
  const characters = [...found];
  if (characters.length === 1) terms.push(found);
  for (let at = 0; at + 1 < characters.length; at += 1) {
    const pair = `${characters[at]}${characters[at + 1]}`;
    // Pairs of hiragana alone are endings and particles, found on every line.
    if (!grammarOnly.test(pair)) terms.push(pair);
    addCharacter(characters[at] ?? '', terms);
  }
  if (characters.length > 1) addCharacter(characters.at(-1) ?? '', terms);
}

/** A Chinese character often is the word that a pair only holds by chance of its neighbours. */
function addCharacter(character: string, terms: string[]): void {
  if (isHan.test(character) && !commonHan.has(character)) terms.push(character);
}

/** True for a single Chinese character, which says less than a pair. */
export const isCharacter = (term: string): boolean => isHan.test(term);

function addSegments(found: string, terms: string[]): void {
  for (const { segment, isWordLike } of segmenter.segment(found)) if (isWordLike) terms.push(segment);
}
