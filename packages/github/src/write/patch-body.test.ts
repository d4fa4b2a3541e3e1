import { ConflictError } from '@mcp-servers/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkVersion, patchBody, type TextPlace } from './patch-body.ts';

function place(text: string, stores: (text: string) => string = (written) => written) {
  let now = { text, version: '2026-01-01T00:00:00Z' };
  const written: string[] = [];
  const there: TextPlace = {
    name: 'acme/app#1',
    read: async () => now,
    async write(next) {
      written.push(next);
      now = { text: stores(next), version: '2026-01-01T00:00:01Z' };
      return now;
    },
  };
  return { there, written };
}

/** What others lose: HTML, JSX, generics, placeholders, line ends, blanks, emoji, marks of direction. */
const delicate = [
  '<details><summary>x</summary>\n\n<!-- a comment -->\n</details>',
  'const a: Promise<Map<string, Array<number>>> = <Foo bar={<Baz />} />;',
  'git checkout <branch> && cd <n> # &lt; &amp; &nbsp;',
  'line one\r\nline two\r\n\r\n  trailing blanks   \r\nmixed\nend\r\n',
  '\u{1f600}\u{1f469}\u200d\u{1f4bb} \u202e reversed \u202c \u200b\ufeff \u2066x\u2069',
  '\\u0041 \\n "quoted" \'single\' `code` $1 $& $$ \u0000 ~~~',
  '- [ ] one\n- [x] two\n\n| a | b |\n|---|---|\n| `|` | \\| |',
];

test.each(delicate)('nothing but the edit changes in %j', async (around) => {
  const { there, written } = place(`${around}MARK${around}`);
  const patched = await patchBody(there, { edits: [{ old_text: 'MARK', new_text: '<T>$&' }] });
  expect(written).toEqual([`${around}<T>$&${around}`]);
  expect(patched).toMatchObject({ verified: true });
});

test('nothing but the edit changes in any text', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(text, text, text, async (before, after, replacement) => {
      const whole = `${before}\u2603MARK\u2603${after}`;
      fc.pre(whole.split('\u2603MARK\u2603').length === 2 && replacement !== '\u2603MARK\u2603');
      const { there, written } = place(whole);
      await patchBody(there, { edits: [{ old_text: '\u2603MARK\u2603', new_text: replacement }] });
      expect(written).toEqual([before + replacement + after]);
    }),
    { numRuns: 200 },
  );
});

test('a version that is not the expected one is refused before anything is written', async () => {
  const { there, written } = place('a');
  const patch = patchBody(there, { edits: [{ old_text: 'a', new_text: 'b' }], expected: '2025-12-31T00:00:00Z' });
  await expect(patch).rejects.toThrow(ConflictError);
  expect(written).toEqual([]);
});

test('the same instant in other words is the same version', () => {
  checkVersion('x', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z');
  checkVersion('x', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00');
  expect(() => checkVersion('x', 'abc', 'abd')).toThrow(ConflictError);
});

test('an edit that does not fit writes nothing', async () => {
  const { there, written } = place('twice twice');
  await expect(patchBody(there, { edits: [{ old_text: 'twice', new_text: 'x' }] })).rejects.toThrow(ConflictError);
  await expect(patchBody(there, { edits: [{ old_text: 'none', new_text: 'x' }] })).rejects.toThrow(ConflictError);
  expect(written).toEqual([]);
});

test('what was read back and is something else is said to be', async () => {
  const edits = [{ old_text: 'a', new_text: 'b' }];
  const changed = await patchBody(place('a ', (text) => `${text} and more`).there, { edits });
  expect(changed).toMatchObject({ verified: false, note: expect.stringContaining('somebody changed it') });
  const trimmed = await patchBody(place('a ', (text) => text.trimEnd()).there, { edits });
  expect(trimmed).toMatchObject({ verified: false, note: expect.stringContaining('blanks') });
  const late = await patchBody(place('a ', () => 'a ').there, { edits });
  expect(late).toMatchObject({ verified: false, note: expect.stringContaining('before') });
});
