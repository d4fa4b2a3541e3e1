import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mean, scoreFolder } from './score.fixture.ts';

const golden = fileURLToPath(new URL('../../golden', import.meta.url));

it('finds the main text of the golden pages', async () => {
  const scores = await scoreFolder(golden);
  expect(scores.length).toBeGreaterThanOrEqual(25);
  const poor = scores.filter(({ precision, recall }) => precision < 0.85 || recall < 0.85);
  expect(poor).toEqual([]);
  expect(mean(scores.map(({ precision }) => precision))).toBeGreaterThanOrEqual(0.95);
  expect(mean(scores.map(({ recall }) => recall))).toBeGreaterThanOrEqual(0.95);
});
