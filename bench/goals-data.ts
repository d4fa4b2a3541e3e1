import type { ClientBase } from 'pg';
import { seededRandom } from './stats.ts';

const words =
  `add check move test write read cache queue worker server client page table index schema query report invoice payment order
customer account session token login password email template message event stream socket timeout retry limit backup restore deploy
release branch commit review merge build pipeline container image volume network proxy router balancer certificate domain header
cookie form field button menu layout theme font colour icon chart graph metric alert dashboard log trace span sample budget cost
price discount tax currency country language translation address phone contact calendar meeting reminder document folder file upload
download archive export import format parser compiler linter type interface module package version licence dependency upgrade
migration rollback feature flag experiment variant survey feedback ticket bug crash leak deadlock race overflow latency throughput
memory disk processor thread process kernel driver device sensor battery camera screen keyboard pointer gesture animation video audio
caption subtitle playlist channel subscriber campaign audience segment funnel conversion lead quote contract signature approval policy
rule permission role group team member owner guest visitor robot crawler sitemap redirect canonical snippet preview thumbnail gallery
product catalogue category brand supplier warehouse stock shipment parcel courier route vehicle depot schedule shift salary expense`
    .split(/\s+/)
    .filter(Boolean);

const projects = ['api', 'website', 'mobile', 'default'] as const;
const tags = words.slice(40, 80);
const statuses = [...Array(11).fill('completed'), 'in_progress', ...Array(7).fill('pending'), 'cancelled'] as string[];
const priorities = ['low', 'medium', 'medium', 'medium', 'high', 'critical'];
const tasksPerGoal = 10;
const batch = 2000;

export interface Texts {
  random(): number;
  title(): string;
  description(): string;
  pick<T>(from: readonly T[]): T;
}

/** Texts of words as common as in language: the tenth word comes a tenth as often as the first. */
export function createTexts(seed: number): Texts {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const word = (): string => words[Math.floor(words.length ** random()) - 1] ?? 'work';
  const sentence = (least: number, most: number): string =>
    Array.from({ length: least + Math.floor(random() * (most - least)) }, () =>
      random() < 0.02 ? `mod-${Math.floor(random() * 5000)}` : word(),
    ).join(' ');
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  return {
    random,
    pick,
    title: () => capital(sentence(4, 9)),
    description: () => `${capital(sentence(10, 25))}. ${capital(sentence(5, 25))}.`,
  };
}

/** Two words, some common, some rare, as someone would search. */
export const searchTexts: string[] = [
  'invoice worker',
  'deploy cache',
  'upgrade parser',
  'backup policy',
  'robot retry',
];

const day = 86_400_000;

function taskRow(seq: number, texts: Texts, now: number) {
  const { random, pick } = texts;
  const goal = Math.ceil(seq / tasksPerGoal);
  const first = (goal - 1) * tasksPerGoal + 1;
  const status = pick(statuses);
  const created = now - random() * 90 * day;
  const earlier = seq > first && random() < 0.25 ? first + Math.floor(random() * (seq - first)) : null;
  return {
    seq,
    goal_id: idOf('GOAL', goal),
    parent_task_id: seq > first + 1 && random() < 0.1 ? idOf('TASK', first) : null,
    title: texts.title(),
    description: texts.description(),
    status,
    project: projects[goal % projects.length],
    priority: pick(priorities),
    due_at: random() < 0.3 ? new Date(now + (random() - 0.3) * 60 * day) : null,
    position: seq - first,
    blocker: earlier === null ? null : idOf('TASK', earlier),
    blocked_by: 0,
    assignee: random() < 0.3 ? pick(['ada', 'grace', 'linus']) : null,
    created_at: new Date(created),
    updated_at: new Date(created + random() * (now - created)),
    tags: [...new Set([pick(tags), pick(tags)])].slice(0, Math.floor(random() * 3)),
  };
}

const idOf = (prefix: string, seq: number): string => `${prefix}-${String(seq).padStart(4, '0')}`;
export const taskId = (seq: number): string => idOf('TASK', seq);

/**
 * Fills a migrated, empty database with that many tasks and a tenth as many goals, the same ones for the same size. Past the
 * triggers, so that 100,000 take a minute or less; what they would have kept right is kept right here.
 */
export async function loadTasks(client: ClientBase, size: number): Promise<void> {
  const texts = createTexts(size);
  const now = Date.now();
  const rows = Array.from({ length: size }, (_, index) => taskRow(index + 1, texts, now));
  const byId = new Map(rows.map((row) => [idOf('TASK', row.seq), row]));
  for (const row of rows) {
    const blocker = row.blocker === null ? undefined : byId.get(row.blocker);
    row.blocked_by = blocker && ['pending', 'in_progress'].includes(blocker.status) ? 1 : 0;
  }
  const goals = Array.from({ length: Math.ceil(size / tasksPerGoal) }, (_, index) => ({
    seq: index + 1,
    title: texts.title(),
    description: texts.description(),
    status: index % 4 === 0 ? 'in_progress' : 'pending',
    project: projects[(index + 1) % projects.length],
    created_at: new Date(now - texts.random() * 90 * day),
    tags: [texts.pick(tags)],
  }));
  await client.query('SET session_replication_role = replica');
  await inBatches(goals, (part) => client.query(insertGoals, [part]));
  await inBatches(rows, (part) => client.query(insertTasks, [part]));
  await client.query("SELECT setval('goals_seq_seq', $1), setval('tasks_seq_seq', $2)", [goals.length, size]);
  await client.query(insertEvents);
  const ids = [...goals.map(({ seq }) => idOf('GOAL', seq)), ...byId.keys()];
  for (let from = 0; from < ids.length; from += batch) {
    await client.query('SELECT index_items($1)', [ids.slice(from, from + batch)]);
  }
  await client.query('RESET session_replication_role');
  await client.query('VACUUM ANALYZE');
}

async function inBatches(rows: readonly object[], send: (json: string) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += batch) await send(JSON.stringify(rows.slice(from, from + batch)));
}

const insertGoals = `WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(seq bigint, title text, description text, status text, project text,
      created_at timestamptz, tags jsonb)
  ), added AS (
    INSERT INTO goals (seq, id, title, description, status, project, created_by, created_at, updated_at) OVERRIDING SYSTEM VALUE
    SELECT seq, 'GOAL-' || lpad(seq::text, greatest(4, length(seq::text)), '0'), title, description, status, project, 'bench', created_at, created_at FROM given RETURNING seq, id
  )
  INSERT INTO goal_tags (goal_id, tag) SELECT id, tag FROM added JOIN given USING (seq), jsonb_array_elements_text(tags) AS tag`;

const insertTasks = `WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS x(seq bigint, goal_id text, parent_task_id text, title text, description text,
      status text, project text, priority text, due_at timestamptz, position integer, blocker text, blocked_by integer,
      assignee text, created_at timestamptz, updated_at timestamptz, tags jsonb)
  ), added AS (
    INSERT INTO tasks (seq, id, goal_id, parent_task_id, title, description, status, project, priority, due_at, position, blocked_by,
      assignee, created_by, created_at, updated_at) OVERRIDING SYSTEM VALUE
    SELECT seq, 'TASK-' || lpad(seq::text, greatest(4, length(seq::text)), '0'), goal_id, parent_task_id, title, description, status, project, priority, due_at, position, blocked_by,
      assignee, 'bench', created_at, updated_at FROM given RETURNING seq, id
  ), linked AS (
    INSERT INTO task_links (from_task_id, to_task_id, type, created_by)
    SELECT blocker, id, 'blocks', 'bench' FROM added JOIN given USING (seq) WHERE blocker IS NOT NULL
  )
  INSERT INTO task_tags (task_id, tag) SELECT id, tag FROM added JOIN given USING (seq), jsonb_array_elements_text(tags) AS tag`;

const insertEvents = `INSERT INTO events (at, type, goal_id, task_id, actor, after)
  SELECT created_at, 'task_created', goal_id, id, 'bench', jsonb_build_object('title', title, 'version', 1) FROM tasks`;
