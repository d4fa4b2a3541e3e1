import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, BlockKind } from './block.ts';
import { splitBlocks } from './split.ts';

const split = (kind: BlockKind, text: string, max: number): string[] =>
  splitBlocks([{ kind, text, headings: ['H'] } satisfies Block], max).map((block) => block.text);

describe('a block that is too long', () => {
  it('of a table keeps its titles in each part', () => {
    const rows = Array.from({ length: 6 }, (_, row) => `| ${row} | value |`);
    const parts = split('table', ['| A | B |', '| --- | --- |', ...rows].join('\n'), 60);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^\| A \| B \|\n\| --- \| --- \|\n\| \d/);
    expect(parts.flatMap((part) => part.split('\n').slice(2))).toEqual(rows);
  });

  it('of code keeps its fence and language', () => {
    const lines = Array.from({ length: 20 }, (_, line) => `line ${line}`);
    const parts = split('code', `\`\`\`ts\n${lines.join('\n')}\n\`\`\``, 60);
    for (const part of parts) expect(part).toMatch(/^```ts\n[\s\S]*\n```$/);
    expect(parts.flatMap((part) => part.split('\n').slice(1, -1))).toEqual(lines);
  });

  it('of a quote keeps its marks', () => {
    const parts = split('quote', '> one two three\n>\n> four five six', 20);
    expect(parts).toEqual(['> one two three\n>', '> four five six']);
  });

  it('of prose is cut at sentences, else at spaces, and keeps the headings above it', () => {
    expect(split('paragraph', 'One two three. Four five six. Seven.', 20)).toEqual([
      'One two three.',
      'Four five six.',
      'Seven.',
    ]);
    expect(split('paragraph', 'one two three four five', 10)).toEqual(['one two', 'three', 'four five']);
    expect(splitBlocks([{ kind: 'paragraph', text: 'a b', headings: ['H'] }], 2)[0]?.headings).toEqual(['H']);
  });

  it('never exceeds the limit, loses nothing but white space and never cuts a character in two', () => {
    const kinds = fc.constantFrom<BlockKind>('paragraph', 'list', 'quote', 'code', 'table');
    fc.assert(
      fc.property(
        kinds,
        fc.string({ unit: fc.constantFrom('a', 'é', '🙂', ' ', '\n', '.', '|', '>', '`'), maxLength: 200 }),
        (kind, text) => {
          const parts = split(kind, text, 24);
          for (const part of parts) {
            expect(part.length).toBeLessThanOrEqual(24);
            expect(part.isWellFormed()).toBe(true);
          }
          const bare = (value: string): string => value.replace(/[\s>`|-]/g, '');
          expect(bare(parts.join(''))).toBe(bare(text));
        },
      ),
    );
  });
});
