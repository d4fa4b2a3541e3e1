import { describe, expect, it } from 'vitest';
import { countInvisible, showInvisible } from './characters.ts';

describe('invisible characters', () => {
  it('are written out and counted', () => {
    const count = countInvisible();
    expect(showInvisible('a\u202eb\u2066c\u0007', count)).toBe('a⟨U+202E⟩b⟨U+2066⟩c⟨U+0007⟩');
    expect(count).toEqual({ shown: 3, removed: 0, kinds: ['U+202E', 'U+2066', 'U+0007'] });
  });

  it('of the tag block, which can carry hidden words, are written out', () => {
    expect(showInvisible('x\u{e0041}\u{e0100}', countInvisible(), true)).toBe('x⟨U+E0041⟩⟨U+E0100⟩');
  });

  it('that only hint at line breaks are taken out of prose and written out in code', () => {
    const count = countInvisible();
    expect(showInvisible('Ver\u00adfas\u200bsung', count, true)).toBe('Verfassung');
    expect(count.removed).toBe(2);
    expect(showInvisible('a\u200bb', countInvisible())).toBe('a⟨U+200B⟩b');
  });

  it.each(['می\u200cخواهم', '👩\u200d💻', '👩🏽\u200d🚀', 'क्\u200dष', '❤\ufe0f', 'line\n\ttab\r\n'])(
    'that %j needs stay',
    (text) => {
      const count = countInvisible();
      expect(showInvisible(text, count, true)).toBe(text);
      expect(count.shown + count.removed).toBe(0);
    },
  );

  it('between Latin letters do not stay, joiner or not', () => {
    expect(showInvisible('pay\u200dpal', countInvisible(), true)).toBe('pay⟨U+200D⟩pal');
  });
});
