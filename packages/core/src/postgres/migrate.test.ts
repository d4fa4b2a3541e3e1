import { expect, test } from 'vitest';
import { upSection } from './migrate.ts';

test.for([
  { content: 'SELECT 1;', up: 'SELECT 1;' },
  { content: '-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;', up: '-- Up Migration\nSELECT 1;' },
  { content: '-- down migration\nSELECT 2;\n-- up migration\nSELECT 1;', up: '-- up migration\nSELECT 1;' },
  { content: 'SELECT 1;\n-- Down Migration\nSELECT 2;', up: 'SELECT 1;' },
])('the up section of $content is what runs', ({ content, up }) => {
  expect(upSection(content).trim()).toBe(up);
});
