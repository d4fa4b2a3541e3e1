/** Characters that turn, hide or break what stands around them: controls, bidi controls, and tags that are not part of a flag. */
const steering =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0000}-\u{e007f}]/gu;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Text that came from outside, with the characters that would steer how it is shown by their number: `[U+202E]`. */
export const legible = (text: string): string =>
  text.replace(steering, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });

/** The same within a sentence: text from right to left does not turn the words around it. */
export function apart(text: string): string {
  const shown = legible(text);
  return rightToLeft.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** The same of every text within a value, for what is only shown. */
export function legibleWithin<T>(value: T): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return legible(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [legible(name), walk(inner)]));
  };
  return walk(value) as T;
}
