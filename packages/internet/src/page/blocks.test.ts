import { describe, expect, it } from 'vitest';
import { blocksOf, markdownOf, pageOf } from './page.fixture.ts';

const lines = (...all: string[]): string => all.join('\n');

describe('the Markdown of a page', () => {
  it.each([
    ['headings', '<h1>A</h1><h3>B <a class=anchor href="#b">#</a></h3>', '# A\n\n### B'],
    [
      'emphasis with white space outside',
      '<p>a <b> bold </b>and <i>it</i>, <s>gone</s></p>',
      'a **bold** and *it*, ~~gone~~',
    ],
    ['line breaks', '<p>a<br>b</p>', 'a  \nb'],
    ['two line breaks as paragraphs', 'a<br><br>b', 'a\n\nb'],
    ['absolute links', '<p><a href="../x?y=1">t</a></p>', '[t](https://example.org/x?y=1)'],
    ['links that would break the syntax', '<a href="/a_(b)">x]y</a>', '[x\\]y](https://example.org/a_%28b%29)'],
    ['no links that cannot be followed', '<p><a href="javascript:x()">a</a> <a href="#s">b</a> <a>c</a></p>', 'a b c'],
    [
      'pictures with a text',
      '<p>x <img src=i.png alt="A cat"><img src=d.png></p>',
      'x ![A cat](https://example.org/dir/i.png)',
    ],
    ['code in a line', '<p><code>Promise&lt;string&gt;</code> <code>a`b</code></p>', '`Promise<string>` ``a`b``'],
    ['keys', '<p>Press <kbd>Ctrl</kbd></p>', 'Press `Ctrl`'],
    ['powers, endings and indices', '<p>10<sup>6</sup> 1<sup>st</sup> H<sub>2</sub>O</p>', '10^6 1st H2O'],
    ['quotes', '<blockquote><p>a<p>b</blockquote>', '> a\n>\n> b'],
    ['definitions', '<dl><dt>T<dd>D<dt>U<dd>E</dl>', '**T**\n: D\n\n**U**\n: E'],
    ['folds', '<details><summary>S</summary><p>x</details>', '**S**\n\nx'],
    ['check boxes', '<ul><li><input type=checkbox checked> a<li><input type=checkbox> b</ul>', '- [x] a\n- [ ] b'],
    ['numbering that starts elsewhere', '<ol start=3><li>a<li value=7>b<li>c</ol>', '3. a\n7. b\n8. c'],
    ['lists in lists', '<ul><li>a<ol><li>b<ul><li>c</ul></ol><li>d</ul>', '- a\n  1. b\n     - c\n- d'],
    ['lists of broken pages', '<ul><li>a</li><ul><li>b</li></ul></ul>', '- a\n- - b'],
    ['code in lists', '<ol><li>a<pre>x\n\n  y</pre></ol>', '1. a\n\n   ```\n   x\n\n     y\n   ```'],
    ['formulas with TeX', '<p><math alttext="x^2"><mi>x</mi></math></p>', '$x^2$'],
    ['formulas of scripts', '<p>a <script type="math/tex; mode=display">y</script></p>', 'a $$y$$'],
    ['formulas without TeX', '<p><math><mfrac><mi>a</mi><mi>b</mi></mfrac></math></p>', '$a/b$'],
    ['ruby', '<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby></p>', '漢(かん)'],
    [
      'a card that is one link',
      '<a href="/c"><h3>Title</h3><p>Text</p></a>',
      '### [Title](https://example.org/c)\n\nText',
    ],
    [
      'notes',
      '<p>a<sup><a href="#n1">1</a></sup></p><ol><li id=n1>Note <a href="#r">↩</a></ol>',
      'a[^1]\n\n[^1]: Note',
    ],
  ])('has %s', async (_, html, markdown) => {
    expect(await markdownOf(html)).toBe(markdown);
  });

  it.each([
    'snake_case and 2 * 3 and C# and [x] and a|b and 5 < 6 & 7',
    'Why? Because! (maybe) - or not: 50% {of} ~20 $5',
  ])('leaves prose alone: %s', async (prose) => {
    expect(await markdownOf(`<p>${prose.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`)).toBe(prose);
  });

  it.each([
    ['*not emphasis*', '\\*not emphasis\\*'],
    ['__init__', '\\_\\_init\\_\\_'],
    ['Promise<string>', 'Promise\\<string>'],
    ['`x`', '\\`x\\`'],
    ['[a](b)', '\\[a](b)'],
    ['# no heading', '\\# no heading'],
    ['1986. A year', '1986\\. A year'],
    ['- no list', '\\- no list'],
    ['&lt;', '\\&lt;'],
  ])('escapes what would change the meaning: %s', async (prose, markdown) => {
    expect(await markdownOf(`<p>${prose.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`)).toBe(markdown);
  });

  it('fences code with more marks than it contains, and names its language', async () => {
    expect(await markdownOf('<pre><code class="hljs language-ts">a\n```\n&lt;b&gt;</code></pre>')).toBe(
      '````ts\na\n```\n<b>\n````',
    );
  });

  it.each([
    ['<div class="highlight-source-rust"><pre>x</pre></div>', 'rust'],
    ['<pre data-lang="Go">x</pre>', 'go'],
    ['<pre class="brush: python; gutter: false">x</pre>', 'python'],
    ['<pre class="sourceCode haskell">x</pre>', 'haskell'],
    ['<pre><code class="language-plaintext">x</code></pre>', ''],
  ])('finds the language of %s', async (html, language) => {
    expect(await markdownOf(html)).toBe(`\`\`\`${language}\nx\n\`\`\``);
  });

  it('leaves out line numbers and buttons, and keeps lines that are elements', async () => {
    const html =
      '<table><tr><td class="gutter"><pre>1\n2</pre></td><td class="code"><pre><div class="line">a</div><div class="line">b</div><button>Copy</button></pre></td></tr></table>';
    expect(await markdownOf(html)).toBe('```\na\nb\n```');
  });

  it('tells each block the headings above it', async () => {
    const blocks = await blocksOf('<h1>A</h1><p>x</p><h2>B <em>b</em></h2><h3>C</h3><p>y</p><h2>D</h2><p>z</p>');
    expect(blocks.filter(({ kind }) => kind === 'paragraph').map(({ headings }) => headings)).toEqual([
      ['A'],
      ['A', 'B b', 'C'],
      ['A', 'D'],
    ]);
    expect(blocks[3]).toEqual({ kind: 'heading', level: 3, text: '### C', headings: ['A', 'B b'] });
  });

  it('writes plain text without any markup on request', async () => {
    const page = await pageOf(
      '<body><h1>T</h1><p>a <b>b</b> <a href=/x>c</a> x_y*</p><ul><li>d</ul><pre>e\n f</pre><table><tr><th>g<th>h<tr><td>i<td>j</table>',
      'plain',
    );
    expect(page.full.map(({ text }) => text)).toEqual(['T', 'a b c x_y*', '- d', 'e\n f', lines('g | h', 'i | j')]);
  });
});

describe('tables', () => {
  it('resolve cells that span rows and columns', async () => {
    const html =
      '<table><caption>Cap</caption><tr><th rowspan=2>A<th colspan=2>B|C<tr><th>p<th>q<tr><td rowspan=2>1<td>2<td>3<tr><td colspan=2>4</table>';
    const page = await pageOf(`<body>${html}`);
    expect(page.tables).toEqual([
      {
        caption: 'Cap',
        header: ['A', 'B|C / p', 'B|C / q'],
        rows: [
          ['1', '2', '3'],
          ['1', '4', '4'],
        ],
        headings: [],
      },
    ]);
    expect(page.full.at(-1)?.text).toBe(
      lines('| A | B\\|C / p | B\\|C / q |', '| --- | --- | --- |', '| 1 | 2 | 3 |', '| 1 | 4 |  |'),
    );
  });

  it('without titles keep all rows as data', async () => {
    const page = await pageOf('<table><tr><td>a<td>b<tr><td>c<td>d<br>e</table>');
    expect(page.tables[0]).toMatchObject({
      header: [],
      rows: [
        ['a', 'b'],
        ['c', 'd e'],
      ],
    });
    expect(page.full[0]?.text).toBe(lines('|  |  |', '| --- | --- |', '| a | b |', '| c | d<br>e |'));
  });

  it('that only place things on the page are read cell by cell', async () => {
    expect(await markdownOf('<table><tr><td><h2>Menu</h2><td><p>one<p>two</table>')).toBe('## Menu\n\none\n\ntwo');
  });
});
