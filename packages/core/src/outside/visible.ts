// What joiners are needed for: emoji, and the scripts that spell with them: Arabic, Syriac, Mongolian, South and South-East Asia.
const joining = String.raw`\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\u0900-\u109f\u1780-\u17ff\p{Extended_Pictographic}\u{1f3fb}-\u{1f3ff}\ufe0f`;
/**
 * What a reader does not see and a model reads: controls, marks of direction, zero-width characters, tags and the variation
 * selectors that can carry hidden bytes. Joiners are kept between characters that need them, and so are the selectors of emoji.
 * Unicode 16, chapter 23; Trojan Source (CVE-2021-42574).
 */
const characters = [
  `(?<![${joining}])[\u200c\u200d]`,
  `[\u200c\u200d](?![${joining}])`,
  String.raw`(?![\u200c\u200d\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}`,
  String.raw`(?![\t\n\r])\p{Cc}`,
  String.raw`[\u2028\u2029\ufff9-\ufffb]`,
].join('|');
/** A run of the same character is one match. */
const hidden = new RegExp(String.raw`(${characters})\1*`, 'gu');
/** Most texts have none of what is looked for. */
const suspicious = /[^\t\n\r\x20-\x7e\xa0-\xac\xae-\u02ff]/;
/** They only tell where a line may break and which way the text runs. */
const hints: ReadonlySet<string> = new Set('\u00ad\u200b\ufeff\u200e\u200f\u061c\u2060');

export interface VisibleText {
  text: string;
  /** How many characters were written out. */
  hidden: number;
  /** How many were taken out. */
  removed?: number;
}

export interface VisibleOptions {
  /** Takes out what only hints at line breaks and direction, as prose of the web is full of it. */
  withoutHints?: boolean;
  /** Told of each kind of character that is not left as it is, such as `U+202E`. */
  onHidden?: (name: string) => void;
}

/** Text with every hidden character written as `⟨U+202E⟩`; a run of one character as `⟨U+200B×12⟩`. */
export function toVisible(raw: string, { withoutHints = false, onHidden }: VisibleOptions = {}): VisibleText {
  if (!suspicious.test(raw)) return { text: raw, hidden: 0 };
  let count = 0;
  let removed = 0;
  const text = raw.replace(hidden, (run, character: string) => {
    const times = run.length / character.length;
    const name = `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
    onHidden?.(name);
    if (withoutHints && hints.has(character)) {
      removed += times;
      return '';
    }
    count += times;
    return `⟨${name}${times > 1 ? `×${times}` : ''}⟩`;
  });
  return { text, hidden: count, ...(removed > 0 && { removed }) };
}
