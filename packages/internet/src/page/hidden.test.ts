import { describe, expect, it } from 'vitest';
import { toText } from './block.ts';
import { pageOf } from './page.fixture.ts';

const seen = 'This sentence can be seen by everybody who opens the page, and it is long enough to be most of it.';
const read = (inner: string, head = '') =>
  pageOf(`<html><head>${head}</head><body><p>${seen}</p>${inner}</body></html>`);

describe('hidden text', () => {
  it.each([
    ['display: none', '<p style="display:none">secret</p>'],
    ['display: none', '<p style="DISPLAY : NONE !important">secret</p>'],
    ['hidden attribute', '<p hidden>secret</p>'],
    ['visibility: hidden', '<p style="visibility:hidden">secret</p>'],
    ['opacity: 0', '<p style="opacity:0.0">secret</p>'],
    ['font size 0', '<p style="font-size:0px">secret</p>'],
    ['font size 0', '<p style="font-size:1px">secret</p>'],
    ['off-screen', '<p style="position:absolute;left:-10000px">secret</p>'],
    ['off-screen', '<p style="text-indent:-999em">secret</p>'],
    ['clipped', '<p style="position:absolute;clip:rect(0 0 0 0)">secret</p>'],
    ['clipped', '<p style="clip-path:inset(50%)">secret</p>'],
    ['zero size', '<div style="height:0;overflow:hidden">secret</div>'],
    ['zero size', '<div style="transform:scale(0)">secret</div>'],
    ['same colour as the background', '<p style="color:#fefefe">secret</p>'],
    ['same colour as the background', '<div style="background:#222"><p style="color:#222222">secret</p></div>'],
    ['same colour as the background', '<p style="color:transparent">secret</p>'],
    ['same colour as the background', '<table bgcolor=white><tr><td><font color=white>secret</font></table>'],
    ['closed dialog', '<dialog>secret</dialog>'],
    ['template', '<template>secret</template>'],
    ['comment', '<!-- a secret in a comment -->'],
  ])('by %s is removed and counted: %s', async (reason, html) => {
    const page = await read(html);
    expect(toText(page.full)).toBe(seen);
    expect(page.hidden.reasons.map((entry) => entry.reason)).toEqual([reason]);
    expect(page.hidden.characters).toBeGreaterThan(5);
  });

  it.each([
    ['.a{display:none}', '<p class="b a">secret</p>'],
    ['#x.y p{display:none}', '<div id=x class=y><div><p>secret</p></div></div>'],
    ['div > .z{visibility:hidden}', '<div><p class=z>secret</p></div>'],
    ['p[data-k="v"], q{display:none}', '<p data-k=v>secret</p>'],
    ['@media screen{.a{display:none}}', '<p class=a>secret</p>'],
    ['.a{display:block}.a.b{display:none}', '<p class="a b">secret</p>'],
  ])('by the style sheet %s is removed', async (css, html) => {
    const page = await read(html, `<style>/* c */ @import "x.css"; ${css}</style>`);
    expect(toText(page.full)).toBe(seen);
  });

  it.each([
    ['a sheet for print', '@media print{.a{display:none}}', '<p class=a>shown</p>'],
    ['a more specific rule', '.a{display:none}.a.b{display:block}', '<p class="a b">shown</p>'],
    ['the style attribute', '.a{display:none}', '<p class=a style="display:block">shown</p>'],
    ['another ground', 'body{background:#000}p{color:#fff}', '<p>shown</p>'],
    [
      'a font size that is set again',
      '.r{font-size:0}.c{font-size:14px}',
      '<div class=r><div class=c>shown</div></div>',
    ],
    [
      'visibility that is set again',
      '.r{visibility:hidden}.c{visibility:visible}',
      '<div class=r><div class=c>shown</div></div>',
    ],
    ['a gradient on the letters', '.g{color:transparent;background-clip:text}', '<p class=g>shown</p>'],
    ['a fold that opens', '.f{max-height:0;overflow:hidden;transition:max-height 1s}', '<div class=f>shown</div>'],
    ['a tab', '', '<button role=tab aria-controls=t>Tab</button><div id=t hidden>shown</div>'],
    ['details', '', '<details><summary>More</summary>shown</details>'],
    ['hidden until found', '', '<p hidden="until-found">shown</p>'],
    [
      'long text that is only hidden from screen readers',
      '',
      `<p aria-hidden=true>shown ${'and long '.repeat(40)}</p>`,
    ],
  ])('is not what can be seen by %s', async (_, css, html) => {
    const page = await read(html, `<style>${css}</style>`);
    expect(toText(page.full)).toContain('shown');
  });

  it('leaves out icons but keeps what an element consists of', async () => {
    const page = await read(
      '<p>Save <i class="icon" aria-hidden="true">floppy_disk</i></p><b><span aria-hidden="true">$5</span></b>',
    );
    expect(toText(page.full)).toBe(`${seen}\n\nSave\n\n**$5**`);
  });

  it('is kept and named when it is nearly the whole page, as before a script runs', async () => {
    const page = await pageOf(`<style>body{opacity:0}</style><body><p>${seen}</p></body>`);
    expect(toText(page.full)).toContain(seen);
    expect(page.hidden).toEqual({ characters: 0, reasons: [], kept: 'opacity: 0' });
    expect(page.notes.join()).toContain('opacity: 0');
  });

  it('of noscript is read only where there is nothing else', async () => {
    const shell = await pageOf(
      '<div id=root></div><script>x()</script><noscript>Please turn on JavaScript.</noscript>',
    );
    expect(toText(shell.full)).toBe('Please turn on JavaScript.');
    expect(shell.needsScript).toBe(true);
    const page = await read(`<p>${seen} ${seen}</p><noscript>Turn it on.</noscript>`);
    expect(toText(page.full)).not.toContain('Turn it on');
    expect(page.needsScript).toBe(false);
  });
});
