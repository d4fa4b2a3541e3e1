import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pageOf } from './page.fixture.ts';

const asText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const asAttribute = (text: string): string => asText(text).replaceAll('"', '&quot;');
const printable = fc.string({
  unit: fc.constantFrom(...' \t\n`~*_#|<>&;\\[]()"\'!-=+1aZéß漢🙂$%{}'.split('')),
  minLength: 1,
  maxLength: 60,
});
const controls =
  /(?!\t|\n|\r|\ufe0e|\ufe0f)[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\u{fff9}-\u{fffb}\ud800-\udfff]/u;

it('keeps every string of a code block byte for byte', async () => {
  const anything = fc
    .string({ unit: 'binary', maxLength: 40 })
    .filter((text) => !controls.test(text) && !text.includes('\r'));
  await fc.assert(
    fc.asyncProperty(fc.oneof(printable, anything), async (code) => {
      fc.pre(code.trim() !== '');
      const page = await pageOf(`<html><body><pre>\n${asText(code)}</pre></body></html>`);
      expect(page.codes[0]?.text).toBe(code);
      const text = page.full.map((block) => block.text).join('');
      const fence = /^(`+|~+)\n/.exec(text)?.[1] ?? '';
      expect(text).toBe(`${fence}\n${code.endsWith('\n') ? code : `${code}\n`}${fence}`);
      expect(code.split('\n')).not.toContain(fence);
    }),
    { numRuns: 200 },
  );
});

it('keeps the words of prose, whatever signs stand in it', async () => {
  await fc.assert(
    fc.asyncProperty(printable, async (prose) => {
      const page = await pageOf(`<html><body><p>${asText(prose)}</p></body></html>`, 'plain');
      expect(page.full.map((block) => block.text).join(' ')).toBe(prose.replace(/\s+/g, ' ').trim());
    }),
    { numRuns: 200 },
  );
});

it('makes every link and picture absolute, or drops it', async () => {
  const address = fc.oneof(
    fc.webUrl(),
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      'javascript:alert(1)',
      'JaVaScRiPt:x',
      'data:text/html,x',
      '//other.example/x',
      '../up',
      '?q',
      '#f',
      'mailto:a@b.c',
      'vbscript:x',
      'http://[',
      '',
    ),
  );
  await fc.assert(
    fc.asyncProperty(address, fc.option(address), async (href, base) => {
      const head = base === null ? '' : `<base href="${asAttribute(base)}">`;
      const page = await pageOf(
        `<html><head>${head}</head><body><p><a href="${asAttribute(href)}">text</a><img src="${asAttribute(href)}" alt="picture"></p></body></html>`,
      );
      for (const { url } of [...page.links, ...page.images]) {
        expect(url).toMatch(/^(https?|mailto|tel|ftp):/);
        expect(URL.canParse(url)).toBe(true);
      }
      const targets = [
        ...page.full
          .map((block) => block.text)
          .join('\n')
          .matchAll(/\]\(([^)]*)\)/g),
      ].map(([, target]) => target);
      for (const target of targets) expect(target).toMatch(/^(https?|mailto|tel|ftp):/);
    }),
    { numRuns: 200 },
  );
});

it('reads any bytes between angle brackets without failing', async () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '</',
    '<p',
    '<div>',
    '</div>',
    '<table>',
    '<td colspan=9',
    '<!--',
    '-->',
    '"',
    '=',
    ' ',
    'a',
    '<pre>',
    '<script>',
    '</script>',
    '&amp',
    '<style>{',
    '<ul><li>',
    '<svg>',
    '<math>',
    '<h1>',
    '</h2>',
    '<html>',
    '</body>',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      expect((await pageOf(pieces.join(''))).url).toBe('https://example.org/dir/page');
    }),
    { numRuns: 300 },
  );
});
