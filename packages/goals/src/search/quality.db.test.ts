import { expect } from 'vitest';
import { test } from '../work/store.fixture.ts';
import { labelledQueries, loadCorpus } from './quality.fixture.ts';

/** Least recall among the first five, by class of query. */
const floors: Record<string, number> = {
  ...{ exact: 1, part: 0.9, misspelt: 0.9, phrase: 1, negation: 1, or: 1, inflection: 0.9, languages: 0.95 },
  ...{ diacritics: 0.95, code: 0.95, tags: 0.95, notes: 0.95, several: 0.95, unseen: 0.8 },
};

test('the labelled searches find what they should', async ({ here, annotate }) => {
  const keys = await loadCorpus(here);
  const queries = await labelledQueries();
  const recalls: Record<string, number[]> = {};
  const missed: string[] = [];
  const inexact: string[] = [];
  for (const query of queries) {
    const { items } = await here.as('ann').find({ text: query.text, limit: 50 });
    const found = items.map(({ id }) => keys.get(String(id)) ?? String(id));
    const wanted = query.whole ? found.filter((key) => query.expected.includes(key)) : found.slice(0, 5);
    const hits = query.expected.filter((key) => wanted.includes(key)).length;
    const recall = query.expected.length === 0 ? Number(found.length === 0) : hits / query.expected.length;
    recalls[query.class] = [...(recalls[query.class] ?? []), recall];
    const told = `${query.class}: ${query.text} => ${found.slice(0, 8).join(' ')}; wanted ${query.expected.join(' ')}`;
    if (recall < 1) missed.push(told);
    if (query.whole && found.length > query.expected.length) inexact.push(told);
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const byClass = Object.fromEntries(Object.entries(recalls).map(([name, values]) => [name, mean(values)]));
  const overall = mean(Object.values(recalls).flat());
  const report = Object.entries({ ...byClass, overall }).map(([name, recall]) => `${name} ${recall.toFixed(3)}`);
  await annotate(`recall of ${queries.length} searches: ${report.join(', ')}`);
  expect(inexact).toEqual([]);
  for (const [name, floor] of Object.entries(floors)) {
    expect(byClass[name] ?? 0, `${name}: ${missed.join('\n')}`).toBeGreaterThanOrEqual(floor);
  }
  expect(overall, missed.join('\n')).toBeGreaterThanOrEqual(0.97);
});
