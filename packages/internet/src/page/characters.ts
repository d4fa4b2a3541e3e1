import { toVisible } from '@mcp-servers/core/outside';

/** What was done to characters that no reader sees. */
export interface InvisibleCharacters {
  /** Written out as `⟨U+202E⟩`. */
  shown: number;
  /** Taken out because they only hint at line breaks and direction: soft hyphens, zero-width spaces, direction marks. */
  removed: number;
  /** Code points met, for example `U+202E`. */
  kinds: string[];
}

export function countInvisible(): InvisibleCharacters {
  return { shown: 0, removed: 0, kinds: [] };
}

/** Writes out what core calls hidden; in prose, mere hints for line breaks and direction are taken out instead. Adds to `count`. */
export function showInvisible(raw: string, count: InvisibleCharacters, prose = false): string {
  const onHidden = (name: string): void => {
    if (count.kinds.length < 20 && !count.kinds.includes(name)) count.kinds.push(name);
  };
  const { text, hidden, removed = 0 } = toVisible(raw, { withoutHints: prose, onHidden });
  count.shown += hidden;
  count.removed += removed;
  return text;
}
