import { expect, test } from 'vitest';
import { importFormats } from './formats.ts';
import { read } from './index.ts';
import { readText, refusal } from './read.fixture.ts';

const samples = {
  json: '{"format":"mcp-servers/goals","version":1}',
  markdown: 'Plan\n\n* [ ] one',
  'task-master': '{"master":{"tasks":[{"id":1,"title":"a"}],"metadata":{}}}',
  beads:
    '{"id":"bd-1","title":"a","status":"open","priority":1,"issue_type":"task"}\n{"id":"bd-2","title":"b","created_at":"2026-01-01T00:00:00Z"}',
  taskwarrior: '[{"uuid":"a360fc44-315c-4366-b70c-ea7e7520b749","description":"a","status":"pending"}]',
  backlog: '---\nid: task-1\ntitle: a\nstatus: To Do\n---\n',
} as const;

test.each(importFormats)('%s is known by its content, under any name', (format) => {
  expect(readText(samples[format], 'file').format).toBe(format);
  expect(readText(`\uFEFF${samples[format].replaceAll('\n', '\r\n')}`, 'file').format).toBe(format);
});

test('content goes before the name, and the name decides where the content does not', () => {
  expect(readText(samples.taskwarrior, 'tasks.json').format).toBe('taskwarrior');
  expect(readText('Only words', 'TODO.md').format).toBe('markdown');
  expect(readText('{"tasks":[]}', 'x').format).toBe('task-master');
});

test('an unknown file is refused with what was seen and the formats there are', () => {
  expect(refusal({ files: [{ name: 'a.txt', text: 'Dear diary' }] })).toContain('a.txt begins with "Dear diary"');
  expect(refusal({ files: [{ name: 'a.txt', text: ' ' }] })).toContain('a.txt is empty');
  expect(refusal({ files: [] })).toContain('no file');
});

test('files of different formats are refused with what each looks like', () => {
  const files = [
    { name: 'a', text: samples.beads },
    { name: 'b', text: samples.taskwarrior },
  ];
  expect(refusal({ files })).toContain('a looks like beads; b looks like taskwarrior');
});

test('a folder of Backlog.md may have other Markdown in it', () => {
  const files = [
    { name: 'tasks/task-1 - a.md', text: samples.backlog },
    { name: 'README.md', text: '# Hello' },
  ];
  const { format, warnings } = read({ files });
  expect(format).toBe('backlog');
  expect(warnings).toEqual([{ at: 'README.md', message: expect.stringContaining('left out') }]);
});

test('characters that cannot be stored, and more text than is read at once, are refused', () => {
  expect(refusal({ files: [{ name: 'a.md', text: '- [ ] a\n- [ ] b\0' }] })).toContain('NUL character (line 2)');
  expect(refusal({ files: [{ name: 'a.md', text: '- [ ] \ud83d' }] })).toContain('half of a surrogate pair');
  const text = `- [ ] ${'x'.repeat(40_000_000)}`;
  expect(refusal({ files: [{ name: 'a.md', text }] })).toContain('at most');
});

test.each(importFormats)('nothing breaks the reader of %s but a clear refusal', (format) => {
  const texts = [
    '',
    '{',
    '[',
    '[1]',
    'null',
    '"a"',
    '{}',
    '[[]]',
    '---\n---',
    '---\na: [',
    '- [ ]',
    '#',
    `${'['.repeat(100_000)}`,
  ];
  for (const text of texts) {
    try {
      read({ files: [{ name: 'a', text }], format });
    } catch (error) {
      expect(error).toHaveProperty('code', 'validation');
    }
  }
});
