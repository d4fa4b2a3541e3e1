import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { refusal } from '../work/store.fixture.ts';
import { bundleFormat } from './bundle.ts';
import { test, transfers } from './transfer.fixture.ts';

const head = `{"format":"${bundleFormat}","version":1,`;
const task = (fields: string) =>
  `${head}"goals":[{"id":"g","title":"G"}],"tasks":[{"id":"t","goal":"g","title":"T",${fields}}]}`;

const sources: Record<string, string | Buffer> = {
  'nothing at all': '',
  'half of a document': `${head}"goals":[{"id":`,
  'prose of no format': 'Dear diary, today nothing happened.',
  'bytes that are no text': Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  'a NUL': '- [ ] a\0b',
  'an escaped NUL': task('"description":"a\\u0000b"'),
  'half of a surrogate pair': task('"metadata":{"a":["\\ud800"]}'),
  'a key __proto__': task('"metadata":{"__proto__":{"admin":true}}'),
  'a number too large': task('"metadata":{"n":1e999}'),
  'a thousand levels': task(`"result":${'['.repeat(1000)}${']'.repeat(1000)}`),
  'a hundred thousand brackets': '['.repeat(100_000),
  'a title too long': task(`"description":"x","tags":["${'t'.repeat(65)}"]`),
  'a field nobody knows': task('"colour":"red"'),
  'another version': `{"format":"${bundleFormat}","version":2}`,
  'an id twice': `${head}"goals":[{"id":"g","title":"a"},{"id":"g","title":"b"}]}`,
  'more than 20 MB': 'x'.repeat(20 * 1024 * 1024 + 1),
};

test.for(Object.entries(sources))(
  '%s is refused in a sentence, inline and as a file, and nothing is stored',
  async ([, source], { here, folder }) => {
    const { import: load, count } = transfers(here, { folders: [folder] });
    await writeFile(path.join(folder, 'source.json'), source);
    const calls = [load({ file: 'source.json' }), ...(typeof source === 'string' ? [load({ content: source })] : [])];
    for (const error of await Promise.all(calls.map(refusal))) {
      expect(error.code).toBe('validation');
      expect(error.message.length).toBeLessThan(2_000);
    }
    expect(await count('goals')).toBe(0);
  },
);

test('content and file, goal and project, and keep_ids of a foreign format exclude each other', async ({ here }) => {
  const { import: load } = transfers(here);
  const content = '- [ ] x';
  const wrong = [
    {},
    { content, file: 'x' },
    { content, goal_id: 'GOAL-0001', project: 'p' },
    { content, keep_ids: true },
  ];
  for (const input of wrong) expect((await refusal(load(input))).code).toBe('validation');
});
