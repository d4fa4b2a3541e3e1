import { inPortions } from '../work/portions.ts';
import { bundleFormat } from './bundle.ts';
import { type Contents, isTask } from './contents.ts';
import { csvHeader, csvRow } from './csv.ts';
import { renderGoalHead, renderTask } from './markdown.ts';
import { toBundleItem, toBundleLink, toBundleNote } from './to-bundle.ts';

export const exportFormats = ['markdown', 'json', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const endings: Record<ExportFormat, string> = { markdown: 'md', json: 'json', csv: 'csv' };

/** An export as text, piece by piece. */
export const renderers: Record<ExportFormat, (contents: Contents, at: Date) => AsyncGenerator<string>> = {
  markdown: renderMarkdown,
  json: renderJson,
  csv: renderCsv,
};

async function* renderMarkdown(contents: Contents): AsyncGenerator<string> {
  const { depths, ids } = contents.outline;
  let begun = false;
  for await (const { row, links, notes } of eachItem(contents, ids)) {
    if (isTask(row)) yield renderTask(row, { depth: depths.get(row.id) ?? 0, links, notes });
    else yield `${begun ? '\n' : ''}${renderGoalHead(row, notes)}`;
    begun = true;
  }
}

async function* renderCsv(contents: Contents): AsyncGenerator<string> {
  yield csvHeader;
  for await (const { row, links, notes } of eachItem(contents, contents.outline.ids)) yield csvRow(row, links, notes);
}

async function* eachItem(contents: Contents, ids: readonly string[]) {
  for (const portion of inPortions(ids)) {
    const rows = await contents.items(portion);
    const links = Map.groupBy(await contents.links(portion), ({ to_task_id }) => to_task_id);
    const notes = Map.groupBy(await contents.notes(portion), ({ item_id }) => item_id);
    for (const row of rows) yield { row, links: links.get(row.id) ?? [], notes: notes.get(row.id) ?? [] };
  }
}

/** The own format, one entry a line: small changes make small differences between two files. */
async function* renderJson(contents: Contents, at: Date): AsyncGenerator<string> {
  const { outline } = contents;
  const goals = [...outline.goals];
  const tasks = outline.ids.filter((id) => outline.depths.has(id));
  const items = async (ids: readonly string[]) => (await contents.items(ids)).map((row) => toBundleItem(row, outline));
  const head = { format: bundleFormat, version: 1, exported_at: at.toISOString() };
  yield JSON.stringify(head).slice(0, -1);
  yield* renderList('goals', goals, items);
  yield* renderList('tasks', tasks, items);
  yield* renderList('links', tasks, async (ids) => (await contents.links(ids)).map(toBundleLink));
  yield* renderList('notes', outline.ids, async (ids) => (await contents.notes(ids)).map(toBundleNote));
  yield '\n}\n';
}

async function* renderList(
  name: string,
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<object[]>,
): AsyncGenerator<string> {
  yield `,\n"${name}": [`;
  let separator = '\n';
  for (const portion of inPortions(ids)) {
    for (const entry of await read(portion)) {
      yield `${separator}${JSON.stringify(entry)}`;
      separator = ',\n';
    }
  }
  yield ']';
}
