import { expect, it } from 'vitest';
import { plainPage, stripTags } from './strip-tags.ts';

it.each([
  ['<h1>A</h1><p>b <b>c</b><br>d</p>', 'A\nb c\nd'],
  ['<script>x < "y"</script>a<style>b</style>c<!-- d -->e', 'ace'],
  ['a<img alt="x > y">b', 'ab'],
  ['1 < 2 &amp;&lt;&#65;&#x42;&nope; &hellip;', '1 < 2 &<AB&nope; …'],
  ['<SCRIPT>a</script >b<script>never closed', 'b'],
  ['<p title="never closed>text', 'text'],
  ['<table><tr><td>a<td>b', 'a\nb'],
  ['', ''],
])('%s has the text %j', (html, text) => {
  expect(stripTags(html)).toBe(text);
});

it('gives a page of plain text when nothing else can be had', () => {
  const page = plainPage('<title>T &amp; U</title><p>a\u202eb</p>', 'https://example.org/', 'Why.');
  expect(page).toMatchObject({
    metadata: { title: 'T & U' },
    extracted: 'full',
    notes: ['Why.'],
    invisible: { shown: 1 },
  });
  expect(page.blocks).toEqual([{ kind: 'paragraph', text: 'a⟨U+202E⟩b', headings: [] }]);
});
