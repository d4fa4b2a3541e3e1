import { loadDriver, sessionSettings } from '../packages/core/src/postgres/driver.ts';
import { migrate } from '../packages/core/src/postgres/migrate.ts';
import { connectionSource } from '../packages/core/src/postgres/source.ts';
import { sendEverything } from '../packages/goals/test/every-statement.fixture.ts';
import { nodesOf, type PlanNode, recordPlans, rowsRead, type SeenPlan } from '../packages/goals/test/plans.fixture.ts';
import { seedStore } from '../packages/goals/test/seed.fixture.ts';
import type { Figure } from './report.ts';
import type { BenchOptions } from './startup.ts';
import { log, session, temporaryHome, urlOf } from './store.ts';

/** Of the slowest time a statement was sent. Shorter ones share a line of the table. */
const leastMs = 0.5;

/** Prints, as Markdown, how PostgreSQL runs every statement of the goals package with 100,000 tasks, 10,000 with `--quick`. */
export async function benchPlans({ quick, note }: BenchOptions): Promise<Figure[]> {
  await using store = await temporaryHome();
  const connection = await store.connection();
  const { client: connect } = await loadDriver();
  const admin = connect(connection, session);
  await admin.connect();
  await admin.query('CREATE DATABASE bench_plans');
  await admin.end();
  const url = urlOf(connection, 'bench_plans');
  const source = connectionSource({ DATABASE_URL: url, home: store.home }, { log });
  await migrate({ source, migrations: new URL('../migrations/', import.meta.url), log });
  const client = connect({ connectionString: url }, session);
  await client.connect();
  try {
    const tasks = quick ? 10_000 : 100_000;
    note(`plans: loading ${tasks.toLocaleString('en')} tasks (${sessionSettings.join(', ')})`);
    await seedStore(client, { tasks, goals: tasks / 50 });
    note('plans: sending every statement');
    const recorder = await recordPlans(client, { nested: false });
    await sendEverything(client, recorder);
    console.log(`\n${toTable(recorder.plans)}`);
  } finally {
    await client.end();
  }
  return [];
}

interface Line {
  what: string;
  ms: number;
  rows: number;
  indexes: string[];
  plan: string;
}

function toTable(plans: readonly SeenPlan[]): string {
  const seen = plans.filter(({ step }) => step !== '');
  const lines = [...Map.groupBy(seen, nameOf)].map(([what, same]) => toLine(what, same));
  const long = lines.filter(({ ms }) => ms >= leastMs).sort((a, b) => b.ms - a.ms);
  const short = lines.filter(({ ms }) => ms < leastMs);
  const most = Math.max(...short.map(({ rows }) => rows));
  return [
    '| statement | plan | indexes | rows read | ms |',
    '| --- | --- | --- | --- | --- |',
    ...long.map(
      ({ what, plan, indexes, rows, ms }) =>
        `| ${[what, plan, indexes.join(', '), rows.toLocaleString('en'), ms.toFixed(1)].join(' | ')} |`,
    ),
    `| ${short.length} others | | | at most ${most.toLocaleString('en')} | below ${leastMs} |`,
  ].join('\n');
}

/** What is built for a question has its question for a name, pages of one question are the same. */
const nameOf = ({ name, step }: SeenPlan): string =>
  name === 'find' || name === 'events' ? step.replace(/, next page$/, '') : `\`${name}\``;

function toLine(what: string, same: readonly SeenPlan[]): Line {
  const slowest = same.toSorted((a, b) => rowsRead(b.root) - rowsRead(a.root))[0]?.root;
  const nodes = slowest ? nodesOf(slowest) : [];
  const indexes = [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))];
  return {
    what,
    ms: Math.max(...same.map(({ ms }) => ms)),
    rows: slowest ? rowsRead(slowest) : 0,
    indexes: indexes.map((name) => name.replace(/^idx_/, '')),
    plan: [...new Set(nodes.flatMap(inWords))].join(', '),
  };
}

const words: Record<string, string> = {
  'Bitmap Heap Scan': 'bitmap',
  'Recursive Union': 'recursive',
  'Hash Join': 'hash join',
  'Merge Join': 'merge join',
  'Nested Loop': 'loop',
  Sort: 'sort',
  'Incremental Sort': 'partial sort',
  ModifyTable: 'write',
};

function inWords(node: PlanNode): string[] {
  if (node['Node Type'] === 'Seq Scan') return [`all of ${node['Relation Name']}`];
  const word = words[node['Node Type']];
  return word === undefined ? [] : [word];
}
