type Row = Record<string, unknown>;

const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** `2 of assumed` and the like, and how to get the rest. */
function renderLeftOut({ left_out }: Row): string[] {
  return Array.isArray(left_out) ? [`Left out: ${left_out.join(', ')}. Ask with more max_chars.`] : [];
}

/** Events: a line each, and what changed as `field: before -> after`. */
export function renderHistory(output: Row & { items: Row[] }): string {
  const { items, next_cursor, caught_up, truncated } = output;
  const lines = items.map((event) => {
    const { event: number, at, type, id, title, actor, before, after, ...facts } = event;
    const was = (before ?? {}) as Row;
    const is = (after ?? {}) as Row;
    const changes = [...new Set([...Object.keys(was), ...Object.keys(is)])].map((field) =>
      field in was ? `${field}: ${show(was[field])} -> ${show(is[field])}` : `${field}: ${show(is[field])}`,
    );
    const more = Object.entries(facts).map(([name, value]) => `${name}: ${show(value)}`);
    const head = [`#${number}`, at, type, id, title, 'by', actor].filter((part) => part !== undefined).join(' ');
    return head + (more.length > 0 ? ` (${more.join(', ')})` : '') + changes.map((change) => `\n  ${change}`).join('');
  });
  if (items.length === 0) lines.push('No events.');
  if (truncated) lines.push('Shortened to fit: the cursor goes on behind the last one shown.');
  if (caught_up) lines.push('Caught up: repeat with the cursor for what comes next.');
  if (next_cursor) lines.push(`next_cursor: ${next_cursor}`);
  return lines.join('\n');
}

/** Figures: a line per group, day and tag; what is zero is left out. */
export function renderStats(output: Row): string {
  const { tasks, goals, groups, throughput, tags, store } = output as Record<string, Row & Row[]>;
  const blocks = [`tasks: ${renderFigures(tasks)}`, `goals: ${renderFigures(goals)}`];
  const section = (name: string, rows: Row[] | undefined, toLine: (row: Row) => string): void => {
    if (rows && rows.length > 0) blocks.push(`${name}:\n${rows.map((row) => `  ${toLine(row)}`).join('\n')}`);
  };
  section(
    'groups',
    groups,
    ({ name, title, ...counts }) => `${[name, title].filter(Boolean).join(' ')}: ${renderFigures(counts)}`,
  );
  const busy = throughput?.filter((day) => day.created !== 0 || day.completed !== 0) ?? [];
  section('by day (days without any left out)', busy, ({ day, ...counts }) => `${day}: ${renderFigures(counts)}`);
  section('tags', tags, ({ tag, ...counts }) => `${tag}: ${renderFigures(counts)}`);
  blocks.push(`store: ${renderFigures(store)}`, ...renderLeftOut(output));
  return blocks.join('\n');
}

const renderFigures = (figures: Row | undefined): string =>
  Object.entries(figures ?? {})
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${isPercentiles(value) ? `p50 ${value.p50}, p90 ${value.p90}` : show(value)}`)
    .join(', ') || 'none';

const isPercentiles = (value: unknown): value is { p50: number; p90: number } =>
  typeof value === 'object' && value !== null && 'p50' in value && 'p90' in value;

/** A plan: phases with a line per task, then what is longest, in the way, and when it may end. */
export function renderPlan(output: Row): string {
  const { goal, open_tasks, remaining_minutes, critical_minutes, measured, assumed } = output;
  const rows = output as Record<string, Row[]>;
  const { id, title, status } = goal as Row;
  const blocks = [
    `${id} ${title} (${status}): ${open_tasks} open tasks, ${remaining_minutes} minutes left, ${critical_minutes} on the critical path`,
  ];
  const section = (name: string, entries: readonly Row[] | undefined, toLine: (row: Row) => string): void => {
    if (entries && entries.length > 0) blocks.push(`${name}:\n${entries.map((row) => `  ${toLine(row)}`).join('\n')}`);
  };
  for (const { phase, tasks } of rows.phases ?? []) section(`phase ${phase}`, tasks as Row[], renderTask);
  const path = rows.critical_path ?? [];
  if (path.length > 0) blocks.push(`critical path: ${path.map((task) => task.id).join(' -> ')}`);
  section('bottlenecks', rows.bottlenecks, ({ holds_up, ...task }) => `${renderTask(task)} holds up ${holds_up}`);
  section(
    'waits for other goals',
    rows.outside,
    (task) =>
      `${task.id} ${task.title} (${task.goal_id}, ${task.status}) blocks ${(task.blocks as string[]).join(', ')}`,
  );
  section(
    'earliest finish',
    rows.forecast,
    (row) => `${row.workers} workers: ${row.minutes} minutes, ${row.finish_at}`,
  );
  if ((measured as Row).completed !== 0) blocks.push(`measured: ${renderFigures(measured as Row)}`);
  if (Array.isArray(assumed) && assumed.length > 0) blocks.push(`estimate assumed: ${assumed.join(', ')}`);
  blocks.push(...renderLeftOut(output));
  return blocks.join('\n');
}

const renderTask = ({ id, title, minutes, defer_until }: Row): string =>
  `${id} ${title} (${minutes} minutes${defer_until === undefined ? '' : `, not before ${defer_until}`})`;
