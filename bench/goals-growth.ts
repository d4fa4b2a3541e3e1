import type { Check, Figure } from './report.ts';

const flat: Record<string, number> = {
  'get one': 1.5,
  'list 20, filtered': 1.5,
  'next ready task': 1.5,
  'create goal': 1.5,
};

/** How the medians grow with the store: from the smallest to the largest, and from 10,000 to 100,000 for the search. */
export function growthFigures(figures: readonly Figure[]): Figure[] {
  const scales = [...new Set(figures.flatMap(({ scale }) => scale ?? []))];
  const [smallest = 0] = scales;
  const largest = scales.at(-1) ?? 0;
  const at = (name: string, scale: number): Figure | undefined =>
    figures.find((figure) => figure.name === name && figure.scale === scale);
  const names = [...Object.keys(flat), 'full-text search', 'claim the next task', 'update status'];
  return names.flatMap((name) => {
    const last = at(name, largest);
    if (!last) return [];
    const growth = (from: number, budget?: number): Check => ({
      of: `${from.toLocaleString('en')} tasks`,
      ratio: last.p50 / (at(name, from)?.p50 ?? Number.NaN),
      ...(budget !== undefined && { budget }),
    });
    const middle = scales
      .filter((scale) => scale !== smallest && scale !== largest)
      .map((scale) => growth(scale, name === 'full-text search' && scale === 10_000 ? 3 : undefined));
    const bench = `goals, growth to ${largest.toLocaleString('en')} tasks`;
    return [{ ...last, scale: undefined, bench, checks: [growth(smallest, flat[name]), ...middle] }].map(withoutScale);
  });
}

function withoutScale({ scale: _, ...figure }: Omit<Figure, 'scale'> & { scale: undefined }): Figure {
  return figure;
}
