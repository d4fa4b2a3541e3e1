/** What was done to characters that no reader sees. */
export interface InvisibleCharacters {
  /** Written out as `⟨U+202E⟩`. */
  shown: number;
  /** Taken out because they only hint at line breaks and direction: soft hyphens, zero-width spaces, direction marks. */
  removed: number;
  /** Code points met, for example `U+202E`. */
  kinds: string[];
}

// Controls but tab and line ends, and what Unicode calls ignorable, but for the selectors of emoji.
const invisible = /(?![\t\n\r]|[\u{fe00}-\u{fe0f}])[\p{Cc}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]/gu;
const breakHints = new Set(['\u00ad', '\u200b', '\ufeff', '\u200e', '\u200f', '\u061c', '\u2060']);
const joins = /[\u200c\u200d]/;
// Letters that need joiners to be spelt right: Arabic, Syriac, the scripts of South and South-East Asia, Mongolian.
const joining =
  /\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Mongolian}|[\u{900}-\u{fff}\u{1000}-\u{109f}\u{1780}-\u{17ff}]|\p{Emoji_Modifier}|\p{Variation_Selector}|\p{Extended_Pictographic}/u;

export function countInvisible(): InvisibleCharacters {
  return { shown: 0, removed: 0, kinds: [] };
}

/**
 * Invisible and bidirectional control characters are written out; in prose, mere hints for line breaks and direction are taken
 * out instead. Joiners that a script or an emoji needs stay. Adds to `count`.
 */
export function showInvisible(text: string, count: InvisibleCharacters, prose = false): string {
  invisible.lastIndex = 0;
  if (!invisible.test(text)) return text;
  return text.replace(invisible, (character, at: number) => {
    if (joins.test(character) && isNeededJoin(text, at)) return character;
    const name = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    if (count.kinds.length < 20 && !count.kinds.includes(name)) count.kinds.push(name);
    if (prose && breakHints.has(character)) {
      count.removed += 1;
      return '';
    }
    count.shown += 1;
    return `⟨${name}⟩`;
  });
}

function isNeededJoin(text: string, at: number): boolean {
  const before = String.fromCodePoint(text.codePointAt(at - 2) ?? 32, text.codePointAt(at - 1) ?? 32);
  const after = String.fromCodePoint(text.codePointAt(at + 1) ?? 32);
  return joining.test(before) && joining.test(after);
}
