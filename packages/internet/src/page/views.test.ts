import { NotFoundError } from '@mcp-servers/core';
import { describe, expect, it } from 'vitest';
import { toText } from './block.ts';
import { pageOf } from './page.fixture.ts';
import { viewOf } from './views.ts';

const filler = 'The text of this part is long enough to be taken for prose by whatever looks at it. ';
const html = `<html lang=en><head><title>Guide</title></head><body><nav><a href="/">Home</a></nav><main><h1 id=top>Guide</h1><p>${filler.repeat(3)}</p>
<h2 id=set-up>Set up</h2><p>one ${filler}</p><h3>On Linux</h3><p>two</p><h2>Use &amp; care</h2><p>three <a href="https://other.example/x" rel="nofollow">out</a></p>
<h2>On Windows</h2><table><caption>Keys</caption><tr><th>A<th>B<tr><td>1|2<td>3</table></main></body></html>`;
const page = await pageOf(html);
const section = (wanted: string): string => toText(viewOf(page, { mode: 'article', section: wanted }));

describe('a section', () => {
  it.each(['1.1', 'Set up', 'SET UP', '#set-up', 'set-up', '## Set up', '1.1 set up'])(
    'is found by %s and goes to the next heading of its level',
    (wanted) => {
      expect(section(wanted)).toBe(`## Set up\n\none ${filler.trim()}\n\n### On Linux\n\ntwo`);
    },
  );

  it('is found by its slug and by a part of its title that no other has', () => {
    expect(section('use-care')).toContain('three');
    expect(section('linux')).toBe('### On Linux\n\ntwo');
  });

  it('that is not there lists the outline', () => {
    const wanted = () => section('Prices');
    expect(wanted).toThrow(NotFoundError);
    expect(wanted).toThrow('The page has no section "Prices".');
    try {
      wanted();
    } catch (error) {
      expect((error as NotFoundError).hint).toBe(
        'Give one of: 1 Guide; 1.1 Set up; 1.1.1 On Linux; 1.2 Use & care; 1.3 On Windows.',
      );
    }
  });

  it('that several titles match is asked for again', () => {
    expect(() => section('on ')).toThrow('The page has no section');
    expect(() => section('on w')).not.toThrow();
  });
});

describe('a view of a page', () => {
  it('shows the outline with numbers and anchors', () => {
    expect(toText(viewOf(page, { mode: 'outline' }))).toBe(
      '- 1 Guide (#top)\n  - 1.1 Set up (#set-up)\n    - 1.1.1 On Linux\n  - 1.2 Use & care\n  - 1.3 On Windows',
    );
  });

  it('shows links by place', () => {
    expect(toText(viewOf(page, { mode: 'links' }))).toBe(
      '## Links in the content\n\n- [out](https://other.example/x) (external, nofollow)\n\n## Navigation\n\n- [Home](https://example.org/)',
    );
  });

  it('shows tables with their size', () => {
    expect(toText(viewOf(page, { mode: 'tables' }))).toBe(
      'Table 1: Keys (1 rows, 2 columns)\n\n| A | B |\n| --- | --- |\n| 1\\|2 | 3 |',
    );
  });

  it('shows what is known of the page', () => {
    const text = toText(viewOf(page, { mode: 'metadata' }));
    expect(text).toContain('- url: https://example.org/dir/page\n- title: Guide\n- language: en\n- content: article');
    expect(text).toContain('5 headings, 2 links, 1 tables, 0 code blocks, 0 images');
  });

  it('is the article or everything', () => {
    expect(toText(viewOf(page, { mode: 'article' }))).not.toContain('Home');
    expect(toText(viewOf(page, { mode: 'full' }))).toContain('[Home](https://example.org/)');
  });
});
