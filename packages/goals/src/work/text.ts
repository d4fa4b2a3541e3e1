import type { TreeNode } from './get.ts';

type Row = Record<string, unknown>;

const marks: Record<string, string> = { pending: '[ ]', in_progress: '[~]', completed: '[x]', cancelled: '[-]' };

/** A tree of tasks, a line each: mark, id, title, what stands out. */
export function renderTree(nodes: readonly TreeNode[], indent = ''): string {
  return nodes
    .map((node) => {
      const { id, title, status, subtasks, ...facts } = node;
      const below = subtasks ? `\n${renderTree(subtasks, `${indent}  `)}` : '';
      return `${indent}${marks[status] ?? status} ${id} ${title}${renderFacts(facts)}${below}`;
    })
    .join('\n');
}

/** Items in full: a heading each, then a field per line, the tree as a tree. */
export function renderItems(output: {
  items: Row[];
  missing?: string[] | undefined;
  not_shown?: Row[] | undefined;
}): string {
  const blocks = output.items.map(renderItem);
  if (output.missing) blocks.push(`Not there: ${output.missing.join(', ')}`);
  if (output.not_shown)
    blocks.push(
      `Too large to show: ${output.not_shown.map((item) => `${item.id} (${item.chars} characters)`).join(', ')}. Ask for one alone, with fields, or with more max_chars.`,
    );
  return blocks.join('\n\n');
}

/** One string that grows, no lists of entries and lines: a batch has thousands of fields. */
function renderItem(item: Row): string {
  let text = `${marks[String(item.status)] ?? ''} ${item.id} ${item.title ?? ''}`.trim();
  for (const name in item) {
    if (name === 'id' || name === 'title' || name === 'status' || name === 'tree') continue;
    text += `\n  ${name}:${renderField(item[name])}`;
  }
  return Array.isArray(item.tree) ? `${text}\n${renderTree(item.tree, '  ')}` : text;
}

/** Rows within an item: a line each; one with an id in the same line. */
function renderField(value: unknown): string {
  if (typeof value === 'string') return ` ${value}`;
  if (Array.isArray(value) && value.length > 0 && value.every(isRow))
    return value.map((row) => `\n    ${renderLine(row)}`).join('');
  return ` ${isRow(value) && 'id' in value ? renderLine(value) : renderValue(value)}`;
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list: a line per row, then how to go on. */
export function renderPage(output: Row & { items: Row[] }): string {
  const { items, total, total_is_at_least, next_cursor, truncated } = output;
  if (items.length === 0) return `Nothing matches (total ${total}).`;
  const lines = items.map(renderLine);
  lines.push(`${items.length} of ${total}${total_is_at_least ? ' or more' : ''}`);
  if (truncated) lines.push('Shortened to fit: ask for less per page, fewer fields, or more max_chars.');
  if (next_cursor) lines.push(`next_cursor: ${next_cursor}`);
  return lines.join('\n');
}

/** What can start, a line each, or why nothing can. */
export function renderReady({
  items,
  why_nothing,
  truncated,
}: {
  items: Row[];
  why_nothing?: string | undefined;
  truncated?: boolean | undefined;
}): string {
  const lines = items.map(renderLine);
  if (why_nothing !== undefined) lines.push(why_nothing);
  if (truncated) lines.push('More can start: ask with a higher limit, or for one goal or project.');
  return lines.join('\n');
}

/** The catch-up, section by section; empty sections are left out. */
export function renderResume(output: Row): string {
  const { you, since, why_nothing, truncated: _, left_out, ...sections } = output;
  const blocks = [`You are ${(you as Row).actor}. Since ${since}:`];
  for (const [name, entries] of Object.entries(sections)) {
    if (!Array.isArray(entries) || entries.length === 0) continue;
    blocks.push(`${name.replaceAll('_', ' ')}:\n${entries.map((entry) => `  ${renderLine(entry)}`).join('\n')}`);
  }
  if (typeof why_nothing === 'string') blocks.push(why_nothing);
  if (Array.isArray(left_out)) blocks.push(`Left out: ${left_out.join(', ')}.`);
  return blocks.join('\n\n');
}

export function renderLine(row: Row): string {
  const { kind: _, id, title, status, name, type, at, ...facts } = row;
  const mark = typeof status === 'string' ? marks[status] : undefined;
  const head = [mark, at, type, id, name, title].filter((part) => part !== undefined).join(' ');
  return `${head}${renderFacts(facts)}`;
}

function renderFacts(facts: Row): string {
  const shown = Object.entries(facts).map(([name, value]) => `${name}: ${renderValue(value)}`);
  return shown.length > 0 ? ` (${shown.join(', ')})` : '';
}

export const renderValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
