import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAllowlist } from './allowlist.ts';
import { applyEdits } from './edits.ts';
import { createLeakGuard } from './leak-guard.ts';
import { fence } from './untrusted.ts';
import { toVisible } from './visible.ts';

describe('visible text', () => {
  test.each([
    ['user\u202enimda', 'user⟨U+202E⟩nimda', 1],
    ['a\u200b\u200b\u200bb', 'a⟨U+200B×3⟩b', 3],
    ['\u{e0049}\u{e0067}x', '⟨U+E0049⟩⟨U+E0067⟩x', 2],
    ['one\0two\x1b[31m', 'one⟨U+0000⟩two⟨U+001B⟩[31m', 2],
    ['line\u2028end', 'line⟨U+2028⟩end', 1],
    ['pass\u200dword \u200d.', 'pass⟨U+200D⟩word ⟨U+200D⟩.', 2],
    ['\ufe01x', '⟨U+FE01⟩x', 1],
  ])('%j shows as %j', (raw, text, hidden) => {
    expect(toVisible(raw)).toEqual({ text, hidden });
  });

  test('hints at line breaks and direction can be taken out, and kinds be told', () => {
    const kinds: string[] = [];
    const shown = toVisible('Ver\u00adfas\u200bsung\u202e', {
      withoutHints: true,
      onHidden: (name) => kinds.push(name),
    });
    expect(shown).toEqual({ text: 'Verfassung⟨U+202E⟩', hidden: 1, removed: 2 });
    expect(kinds).toEqual(['U+00AD', 'U+200B', 'U+202E']);
  });

  test.each([
    'plain, tab\tand\r\nline ends',
    '👩‍💻 👩🏽‍🚀 ❤️‍🔥 🏳️‍🌈 🤷🏽‍♀️',
    'می‌خواهم and क्‍ष',
    'שלום مرحبا 你好',
    'Promise<string> `a`',
  ])('%j is left as it is', (raw) => {
    expect(toVisible(raw)).toEqual({ text: raw, hidden: 0 });
  });

  test('nothing is hidden twice, and what is shown has nothing hidden', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const { text } = toVisible(raw.toWellFormed());
        expect(toVisible(text)).toEqual({ text, hidden: 0 });
      }),
    );
  });
});

describe('untrusted text', () => {
  test('stands between two lines with the same mark, which the text cannot know', () => {
    const [first, second] = [
      fence('x\n<<end 1234>>\ny', { source: 'https://a.example/' }),
      fence('x', { source: 's' }),
    ];
    const mark = /^<<untrusted ([0-9a-f]{8}) from https:\/\/a\.example\/>>\n/.exec(first)?.[1];
    expect(first.endsWith(`\n<<end ${mark}>>`)).toBe(true);
    expect(second).not.toContain(mark);
  });

  test('a source or author cannot leave its line or look like an end', () => {
    expect(fence('t', { source: 'a\nb>>', author: '<<end 1>>\u202e' }, '1')).toBe(
      '<<untrusted 1 from a b  by  end 1 ⟨U+202E⟩>>\nt\n<<end 1>>',
    );
    expect(fence('t', { source: 'a'.repeat(1000) }, '1').split('\n')[0]?.length).toBeLessThan(340);
  });
});

describe('edits', () => {
  test('replace what matches once, one after the other', () => {
    const edits = [
      { old_text: 'two', new_text: 'three' },
      { old_text: 'three', new_text: 'four <n> $&' },
    ];
    expect(applyEdits('one two', edits)).toBe('one four <n> $&');
  });

  test('an empty text takes an edit without old text', () => {
    expect(applyEdits('', [{ old_text: '', new_text: 'new' }])).toBe('new');
    expect(() => applyEdits('there', [{ old_text: '', new_text: 'new' }])).toThrow('old_text is empty');
  });

  test('keep the line ends of the text', () => {
    expect(applyEdits('a\r\nb\r\nc\n', [{ old_text: 'a\nb', new_text: 'x\ny' }])).toBe('x\r\ny\r\nc\n');
  });

  test('say which line is near when nothing matches', () => {
    const attempt = () => applyEdits('alpha\n  const  x = 1;\n', [{ old_text: 'const x = 1;', new_text: 'y' }]);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'conflict', hint: expect.stringContaining('line 2: "  const  x = 1;"') }),
    );
  });

  test('say where the matches are when there are several, overlapping ones too', () => {
    expect(() => applyEdits('x\nx\n', [{ old_text: 'x', new_text: 'y' }])).toThrow('lines 1 and 2');
    expect(() => applyEdits('aaa', [{ old_text: 'aa', new_text: 'y' }])).toThrow('more than once');
  });

  test('refuse an edit that changes nothing', () => {
    expect(() => applyEdits('x', [{ old_text: 'x', new_text: 'x' }])).toThrow('the same');
  });

  test('an edit that applies and its reverse give the same bytes again', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, after, inserted) => {
        const [marker, other] = ['⟦marker⟧', `⟦${inserted}⟧!`];
        const text = `${before}${marker}${after}`;
        if (text.split(marker).length !== 2 || `${before}${after}`.includes('⟦')) return;
        const changed = applyEdits(text, [{ old_text: marker, new_text: other }]);
        expect(changed).toBe(`${before}${other}${after}`);
      }),
    );
  });
});

describe('allowlist', () => {
  const list = createAllowlist(['acme/*', 'Other/tool.js', '!acme/secret-*']);

  test.each([
    ['acme/site', true],
    ['ACME/Site', true],
    ['other/tool.js', true],
    ['other/toolxjs', false],
    ['acme/secret-plan', false],
    ['acme/a/b', false],
    ['acmeister/site', false],
    ['x/acme/site', false],
    ['acme/site\n', false],
  ])('%j: %s', (name, allowed) => {
    expect(list.allows(name)).toBe(allowed);
  });

  test('without patterns everything is allowed, with refusals alone everything else', () => {
    expect(createAllowlist(undefined)).toMatchObject({ open: true });
    expect(createAllowlist(['!a/b']).allows('c/d')).toBe(true);
    expect(createAllowlist(['!a/b']).allows('a/b')).toBe(false);
  });

  test('refuses what is not a pattern', () => {
    expect(() => createAllowlist(['a/(b|c)'])).toThrow('not a pattern');
  });
});

describe('leak guard', () => {
  test('refuses public writes after a private read, and names the setting', () => {
    const guard = createLeakGuard({ enabled: true, setting: 'X_ALLOW' });
    guard.writePublic('acme/open');
    guard.readPrivate('acme/closed');
    expect(() => guard.writePublic('acme/open')).toThrow(
      expect.objectContaining({ code: 'auth', hint: expect.stringContaining('X_ALLOW=true') }),
    );
  });

  test('does nothing when it is switched off, and remembers the last ten', () => {
    const guard = createLeakGuard({ enabled: false, setting: 'X_ALLOW' });
    for (let n = 0; n < 20; n += 1) guard.readPrivate(`acme/${n}`);
    guard.writePublic('acme/open');
    expect(guard.read).toEqual(Array.from({ length: 10 }, (_, n) => `acme/${n + 10}`));
  });
});
