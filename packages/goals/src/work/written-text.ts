import { renderItems, renderLine, renderValue } from './text.ts';

type Row = Record<string, unknown>;

/** What was created, as a tree: the id is what one needs. */
export function renderCreated({ goal, goal_id, tasks }: { goal?: Row; goal_id?: string; tasks: Row[] }): string {
  const depths = new Map<unknown, number>();
  const lines = tasks.map(({ parent_task_id, ...task }) => {
    const depth = (depths.get(parent_task_id) ?? 0) + 1;
    depths.set(task.id, depth);
    return `${'  '.repeat(depth)}${renderLine(task)}`;
  });
  return [goal ? renderLine(goal) : `${tasks.length === 1 ? 'Task' : 'Tasks'} of ${goal_id}:`, ...lines].join('\n');
}

/** What was claimed, in full, or why nothing was. */
export function renderClaimed({ claimed, why_nothing }: { claimed: Row[]; why_nothing?: string | undefined }): string {
  return [...(claimed.length > 0 ? [renderItems({ items: claimed })] : []), ...(why_nothing ? [why_nothing] : [])].join(
    '\n\n',
  );
}

/** An outcome per item. */
export function renderUpdated({ items }: { items: Row[] }): string {
  return items
    .map(({ id, error, hint, changed, ...facts }) => {
      if (error === undefined)
        return renderLine({
          id,
          ...facts,
          ...(Array.isArray(changed) && { changed: changed.join(', ') || 'nothing' }),
        });
      return `${id} not changed: ${error}${hint ? ` Next: ${hint}` : ''}`;
    })
    .join('\n');
}

/** Any other answer of a change: what is single first, then a section for each list; empty ones are left out. */
export function renderOutcome(output: Row): string {
  const single: string[] = [];
  const sections: string[] = [];
  for (const [key, value] of Object.entries(output)) {
    if (Array.isArray(value)) {
      if (value.length > 0) sections.push(`${key}:\n${value.map((entry) => `  ${renderEntry(entry)}`).join('\n')}`);
    } else single.push(`${key}: ${isRow(value) ? renderEntry(value) : renderValue(value)}`);
  }
  return [...single, ...sections].join('\n');
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

/** A row with an id as a line, one without as its facts. */
function renderEntry(entry: unknown): string {
  if (!isRow(entry)) return renderValue(entry);
  if ('id' in entry || 'title' in entry || 'type' in entry) return renderLine(entry);
  return Object.entries(entry)
    .map(([name, value]) => `${name} ${renderValue(value)}`)
    .join(', ');
}
