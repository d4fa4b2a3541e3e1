/**
 * What a reader does not see and a model reads: controls, marks of direction, zero-width characters, tags and the variation
 * selectors that can carry hidden bytes. Joiners are kept between characters that need them, and so are the selectors of emoji.
 * Unicode 16, chapter 23; Trojan Source (CVE-2021-42574).
 */
const characters = [
  String.raw`(?<![\p{L}\p{M}\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f])[\u200c\u200d]`,
  String.raw`[\u200c\u200d](?![\p{L}\p{M}\p{Extended_Pictographic}])`,
  String.raw`(?![\u200c\u200d\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}`,
  String.raw`(?![\t\n\r])\p{Cc}`,
  String.raw`[\u2028\u2029\ufff9-\ufffb]`,
].join('|');
/** A run of the same character is one match. */
const hidden = new RegExp(String.raw`(${characters})\1*`, 'gu');

export interface VisibleText {
  text: string;
  /** How many characters were replaced. */
  hidden: number;
}

/** Text with every hidden character written as `⟨U+202E⟩`; a run of one character as `⟨U+200B×12⟩`. */
export function toVisible(raw: string): VisibleText {
  let count = 0;
  const text = raw.replace(hidden, (run, character: string) => {
    const times = run.length / character.length;
    count += times;
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}${times > 1 ? `×${times}` : ''}⟩`;
  });
  return { text, hidden: count };
}
