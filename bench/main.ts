import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFloors } from './build-floors.ts';
import { benchCache } from './cache.ts';
import { benchDashboard } from './dashboard.ts';
import { benchGithub } from './github.ts';
import { benchGoals } from './goals.ts';
import { benchHttp } from './http.ts';
import { benchInternet } from './internet.ts';
import { benchPlans } from './plans.ts';
import { type Figure, isMissed, loadNow, printComparison, printFigures, type Result, toResult } from './report.ts';
import { type BenchOptions, benchStartup } from './startup.ts';

const benchmarks: Record<string, (options: BenchOptions) => Promise<Figure[]>> = {
  startup: benchStartup,
  goals: benchGoals,
  plans: benchPlans,
  dashboard: benchDashboard,
  cache: benchCache,
  http: benchHttp,
  internet: benchInternet,
  github: benchGithub,
};

const usage = `pnpm bench [names...] [options]

Benchmarks: ${Object.keys(benchmarks).join(', ')} (default: all)

  --quick              fewer sizes and repetitions, for a first look
  --json <file>        where the figures go (default: bench/results/<time>.json)
  --compare <a> <b>    compares two result files and measures nothing
  --help`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    compare: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const unknown = values.compare ? [] : positionals.filter((name) => !(name in benchmarks));
if (values.help) console.log(usage);
else if (unknown.length > 0 || (values.compare && positionals.length !== 2)) {
  console.error(`${unknown.length > 0 ? `Unknown: ${unknown.join(', ')}` : '--compare takes two files'}\n\n${usage}`);
  process.exitCode = 2;
} else if (values.compare) {
  const [before, after] = await Promise.all(positionals.map(readResult));
  if (before && after) printComparison(before, after);
} else await run(positionals.length > 0 ? positionals : Object.keys(benchmarks));

async function run(names: readonly string[]): Promise<void> {
  const loadBefore = loadNow();
  const note = (text: string) => console.error(`${new Date().toTimeString().slice(0, 8)} ${text}`);
  const floors = await buildFloors();
  const figures: Figure[] = [];
  for (const name of names) {
    const measured = (await benchmarks[name]?.({ floors, quick: values.quick, note })) ?? [];
    printFigures(measured);
    figures.push(...measured);
  }
  const result = toResult(figures, { quick: values.quick, loadBefore });
  const missed = figures.flatMap(({ checks }) => checks).filter(isMissed).length;
  console.log(
    `\n${missed === 0 ? 'Every budget is kept' : `${missed} budgets MISSED`}; load ${result.load.join(' to ')}`,
  );
  console.log(`Written: ${await save(result)}`);
}

async function save(result: Result): Promise<string> {
  const folder = fileURLToPath(new URL('results/', import.meta.url));
  await mkdir(folder, { recursive: true });
  const file = values.json ?? `${folder}${result.at.replaceAll(':', '-').slice(0, 19)}.json`;
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

async function readResult(file: string): Promise<Result> {
  return JSON.parse(await readFile(file, 'utf8')) as Result;
}
