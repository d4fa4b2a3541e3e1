import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadDriver } from '@mcp-servers/core/postgres';
import { withDatabase } from '@mcp-servers/core/testing';
import { expect, test } from 'vitest';
import { sendEverything } from './every-statement.fixture.ts';
import { nodesOf, recordPlans, rowsRead, type SeenPlan } from './plans.fixture.ts';
import { seedStore } from './seed.fixture.ts';

/** Tables that grow without end. */
const large = new Set([
  'tasks',
  'goals',
  'events',
  'notes',
  'search_documents',
  'task_links',
  'task_tags',
  'goal_tags',
  'idempotency_keys',
]);

/** A scan that ends after this many rows, because the table is small or its first rows are enough, is the best plan. */
const shortScan = 5000;

/** Statements that read whole tables by their nature, and why. A pattern is matched against `name` or `name | step`. */
const mayScan: readonly [pattern: RegExp, reason: string][] = [
  [/^stats_/, 'figures of the whole store or a project count what there is'],
  [/^tasks_waiting_/, 'counts open tasks in no order, when nothing is ready, and ends after 10,000'],
  [/^tags_near /, 'looks for a tag like one that does not exist, in the answer of an error'],
  [/^goals_purge_project /, 'removes the demo, once'],
];

/** Rows that one statement may look at, beyond a scan of a whole table: those of its pages, counts (1,001 of each kind) and goals. */
const mostRows = 25_000;

/** Statements that look at more rows, all by an index, and why. */
const mayReadMore: readonly [pattern: RegExp, reason: string][] = [
  [/^find .* text/, 'a common word is in thousands of documents, and all of them are ranked'],
  [/^find .* (any tag|all tags)/, 'reads the items of the tags, however many, to find the latest of them'],
  [/^find .* (not ready|blocked)/, 'readiness depends on other rows and has no index of its own'],
  [
    /^directory_all_/,
    'counts up to 1,001 open ones; one statement serves open and all, so closed ones are passed over',
  ],
  [/^tags_rename_/, 'changes every item with the tag'],
  [/^events .*oldest first/, 'a feed is read in its order, past what the filter leaves out'],
];

const label = ({ name, step }: SeenPlan): string => `${name} | ${step}`;
const excused = (plan: SeenPlan, list: readonly [RegExp, string][]): boolean =>
  list.some(([pattern]) => pattern.test(label(plan)));

/** The names of statements in the source, as patterns; of one that a template makes, the beginning. */
async function statementsInSource(): Promise<RegExp[]> {
  const found = new Set<string>();
  const folder = path.join(import.meta.dirname, '../src');
  for await (const file of glob('**/*.ts', { cwd: folder, exclude: (name) => /\.(test|fixture)\.ts$/.test(name) })) {
    const text = await readFile(path.join(folder, file), 'utf8');
    for (const [, maker, name = '', end] of text.matchAll(/\b(statement|perScope)\(\s*['"`](\w+)(['"`$])/g)) {
      const rest = end === '$' ? '\\w*' : '';
      for (const scope of maker === 'perScope' ? ['_goal', '_project', '_all'] : ['']) {
        found.add(`^${rest ? name.replace(/_$/, '') : name}${rest}${scope}$`);
      }
    }
  }
  return [...found].map((pattern) => new RegExp(pattern));
}

test('no statement reads a large table from end to end with 100,000 tasks', { timeout: 300_000 }, async () => {
  await using db = await withDatabase();
  const session = { application: 'plans', connectionTimeoutMs: 10_000 };
  const client = (await loadDriver()).client({ connectionString: db.url }, session);
  await client.connect();
  try {
    await seedStore(client, { tasks: 100_000, goals: 2000 });
    const recorder = await recordPlans(client);
    await sendEverything(client, recorder);
    const { plans, statements } = recorder;

    const missing = (await statementsInSource()).filter((name) => ![...statements].some((sent) => name.test(sent)));
    expect(missing.map(String), 'statements that every-statement.fixture.ts does not send').toEqual([]);
    const unexplained = [...statements].filter((name) => !plans.some((plan) => plan.name === name));
    expect(unexplained, 'statements whose plan was not seen').toEqual([]);

    const scans = plans
      .filter((plan) => !excused(plan, mayScan))
      .flatMap((plan) => scansOf(plan).map((table) => `${label(plan)}: ${table}`));
    expect([...new Set(scans)], 'sequential scans').toEqual([]);
    const greedy = plans.filter(
      (plan) => rowsRead(plan.root) > mostRows && !excused(plan, [...mayScan, ...mayReadMore]),
    );
    expect([...new Set(greedy.map((plan) => `${label(plan)}: ${rowsRead(plan.root)} rows`))], 'rows read').toEqual([]);

    const unused = [...mayScan, ...mayReadMore].filter(([pattern]) => !plans.some((plan) => pattern.test(label(plan))));
    expect(unused, 'exceptions that nothing needs').toEqual([]);
  } finally {
    await client.end();
  }
});

/** Large tables that a plan scans. */
function scansOf({ root }: SeenPlan): string[] {
  return nodesOf(root)
    .filter(
      (node) =>
        node['Node Type'] === 'Seq Scan' && large.has(node['Relation Name'] ?? '') && rowsRead(node) > shortScan,
    )
    .map((node) => node['Relation Name'] ?? '');
}
