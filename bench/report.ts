import { cpus, loadavg } from 'node:os';

/** A figure measured against another one of the same run. */
export interface Check {
  /** What the ratio is of: "bare", "SDK + 2 database". */
  of: string;
  ratio: number;
  budget?: number;
  /** The budget is a lower bound: a share of the floor's throughput. */
  atLeast?: boolean;
}

/** Times in milliseconds. */
export interface Figure {
  bench: string;
  /** Tasks in the store, where it matters. */
  scale?: number;
  name: string;
  count: number;
  p50: number;
  p95: number;
  p99: number;
  perSecond?: number | undefined;
  cpuMs?: number | undefined;
  memoryMiB?: number | undefined;
  checks: Check[];
}

export interface Result {
  at: string;
  node: string;
  cpus: number;
  /** Load average of the last minute, at the start and at the end. */
  load: [number, number];
  quick: boolean;
  figures: Figure[];
}

export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

export function toResult(figures: Figure[], { quick, loadBefore }: { quick: boolean; loadBefore: number }): Result {
  const at = new Date().toISOString();
  return { at, node: process.version, cpus: cpus().length, load: [loadBefore, loadNow()], quick, figures };
}

export const isMissed = ({ ratio, budget, atLeast }: Check): boolean =>
  budget !== undefined && (atLeast ? ratio < budget : ratio > budget);

function describeCheck(check: Check): string {
  const bound = check.budget === undefined ? '' : ` (budget ${check.atLeast ? '>= ' : ''}${check.budget})`;
  return `${digits(check.ratio)}x of ${check.of}${bound}${isMissed(check) ? ' MISSED' : ''}`;
}

const headings = ['', 'n', 'p50 ms', 'p95', 'p99', 'per s', 'CPU ms', 'MiB', 'against'];

/** One table per benchmark and scale. */
export function printFigures(figures: readonly Figure[]): void {
  for (const [title, group] of Map.groupBy(figures, titleOf)) {
    const rows = group.map((figure) => [
      figure.name,
      String(figure.count),
      ...[figure.p50, figure.p95, figure.p99, figure.perSecond, figure.cpuMs, figure.memoryMiB].map(digits),
      figure.checks.map(describeCheck).join('; '),
    ]);
    console.log(`\n${title}`);
    printTable([headings, ...rows]);
  }
}

/** The figures both results have, side by side: p50 of each, and how the second stands to the first. */
export function printComparison(before: Result, after: Result): void {
  const earlier = new Map(before.figures.map((figure) => [`${titleOf(figure)} ${figure.name}`, figure]));
  const rows = after.figures.flatMap((figure) => {
    const old = earlier.get(`${titleOf(figure)} ${figure.name}`);
    if (!old) return [];
    const checks = figure.checks.map((check) => {
      const was = old.checks.find(({ of }) => of === check.of)?.ratio;
      return `${digits(was)}x -> ${describeCheck(check)}`;
    });
    return [
      [
        titleOf(figure),
        figure.name,
        digits(old.p50),
        digits(figure.p50),
        `${digits(figure.p50 / old.p50)}x`,
        `${digits(old.perSecond)} -> ${digits(figure.perSecond)}`,
        checks.join('; '),
      ],
    ];
  });
  console.log(`${before.at} (load ${before.load.join(' to ')}) -> ${after.at} (load ${after.load.join(' to ')})`);
  console.log('Ratios against a floor compare between machines and moments; milliseconds do not.\n');
  printTable([['', '', 'p50 before', 'p50 after', 'change', 'per s', 'against'], ...rows]);
}

const titleOf = ({ bench, scale }: Figure): string =>
  scale === undefined ? bench : `${bench}, ${scale.toLocaleString('en')} tasks`;

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const last = widths.length - 1;
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      if (column === last) return cell;
      return /^[\d.,-]+x?$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
    });
    console.log(`  ${cells.join('  ').trimEnd()}`);
  }
}

/** Three significant digits; a dash for what was not measured, which JSON wrote as null. */
function digits(value: number | null | undefined): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '-';
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
