import type { Status } from '../../items/fields.ts';
import { isOpen } from '../../items/fields.ts';
import type { Reading } from '../bundle.ts';
import { assemble } from './assemble.ts';
import { type Draft, quote, type SourceFile } from './draft.ts';
import { splitFrontMatter } from './front-matter.ts';
import {
  closeGroups,
  describe,
  type Group,
  homeOf,
  type Prose,
  pathOf,
  proseText,
  type Run,
  toDraft,
  toGroup,
  topGroup,
} from './markdown-groups.ts';
import { parseInline } from './markdown-inline.ts';
import { dedent, type MarkdownLine, markdownLines } from './markdown-lines.ts';

/** GitHub knows the first four; `/` and `-` are those of Obsidian Tasks, `~` that of agents' plans, `@` that of [x]it!. */
const marks = new Map<string, Status>([
  ['', 'pending'],
  [' ', 'pending'],
  ['x', 'completed'],
  ['X', 'completed'],
  ['✓', 'completed'],
  ['✔', 'completed'],
  ['/', 'in_progress'],
  ['~', 'in_progress'],
  ['@', 'in_progress'],
  ['-', 'cancelled'],
]);

interface Item {
  indent: number;
  /** Column where its text begins. */
  content: number;
  path: string;
  prose: Prose;
  draft?: Draft;
  group?: Group;
}

/**
 * Task lists in Markdown. A heading of the first level is a goal; deeper headings and plain list entries above tasks are parent
 * tasks; headings such as `## In progress` or `## Done` are columns. Written by hand: people nest task lists more loosely than
 * CommonMark allows, and its parser (mdast) took 1.9 s for 5,000 lines, growing with the square.
 */
export function readMarkdown(files: readonly SourceFile[]): Reading {
  const run: Run = { drafts: [], links: [], warnings: [], seen: new Map() };
  for (const file of files) new FileReader(file, files.length > 1 ? file.name : '', run).read();
  closeGroups(run.drafts);
  return assemble({ source: 'markdown', ...run });
}

/** One file, line by line: the headings and list entries that are open at this line. */
class FileReader {
  readonly #file: SourceFile;
  readonly #run: Run;
  readonly #groups: Group[];
  #heading: Group;
  #items: Item[] = [];
  #texts: { draft: Draft; prose: Prose }[] = [];

  constructor(file: SourceFile, path: string, run: Run) {
    this.#file = file;
    this.#run = run;
    this.#heading = topGroup(path, file.name);
    this.#groups = [this.#heading];
  }

  read(): void {
    const { body, lines, yaml } = splitFrontMatter(this.#file.text);
    if (yaml?.trim()) this.#tell(1, 'the front matter has no place here; it is left out.');
    const unclosed = (at: number) => this.#tell(at, 'a comment begins here and never ends; nothing below it was read.');
    let before: MarkdownLine['kind'] = 'blank';
    for (const line of markdownLines(body.split('\n'), { first: lines + 1, unclosed })) {
      if (line.kind === 'heading') this.#open(line);
      else if (line.kind === 'item') this.#items.push(this.#item(line));
      else if (line.kind === 'text') this.#text(line, before === 'blank');
      else if (line.kind === 'rule') this.#rule(line, before);
      else this.#prose.push('');
      before = line.kind;
    }
    this.#finish();
  }

  /** Where text goes that stands at this place. */
  get #prose(): Prose {
    const item = this.#items.at(-1);
    let group = this.#heading;
    while (group.column && group.parent) group = group.parent;
    return item?.prose ?? group.prose;
  }

  #tell(line: number, message: string): void {
    this.#run.warnings.push({ at: this.#at(line), message });
  }

  #at(line: number): string {
    return `${this.#file.name} line ${line}`;
  }

  #open({ level, text, at }: { level: number; text: string; at: number }): void {
    const line = { level, text, raw: text, line: at, at: this.#at(at) };
    this.#items = [];
    this.#heading = toGroup(line, this.#heading, (message) => this.#tell(at, message));
    this.#groups.push(this.#heading);
  }

  #close(indent: number): void {
    while (this.#items.length > 0 && (this.#items.at(-1)?.indent ?? 0) + 2 > indent) this.#items.pop();
  }

  #item(line: MarkdownLine & { kind: 'item' }): Item {
    this.#close(line.indent);
    const above = this.#items.at(-1);
    const place = { indent: line.indent, content: line.indent + 2 };
    if (line.mark !== undefined) return { ...place, ...this.#task(line, line.mark, above) };
    if (above?.draft) {
      // A plain entry below a task is part of its description.
      above.prose.push(dedent(line.raw, above.content));
      return { ...above, indent: line.indent };
    }
    const from = { level: 7, text: line.text, raw: line.raw.trim(), line: line.at, at: this.#at(line.at) };
    const group = toGroup(from, above?.group ?? this.#heading, () => undefined);
    this.#prose.push(group);
    return { ...place, path: group.path, prose: group.prose, group };
  }

  #task(line: MarkdownLine & { kind: 'item' }, mark: string, above: Item | undefined) {
    const inline = parseInline(line.text, (message) => this.#tell(line.at, message));
    const home = above?.draft
      ? { goal: above.draft.goal, parent: above.draft.id }
      : homeOf(above?.group ?? this.#heading, this.#run);
    const path = pathOf(above?.path ?? this.#heading.path, inline.title);
    const draft = toDraft(inline, { path, at: this.#at(line.at) }, this.#run);
    draft.goal = home.goal;
    draft.parent = home.parent;
    const status = marks.get(mark);
    if (status === undefined) {
      this.#tell(line.at, `unknown mark [${mark}]: taken as pending.`);
      draft.rest.mark = mark;
    }
    draft.status = status ?? 'pending';
    const column = 'column' in home ? home.column : undefined;
    if (draft.status === 'pending' && column === 'in_progress') draft.status = column;
    if (draft.status === 'pending' && column !== undefined && !isOpen(column))
      this.#tell(line.at, `stands under ${quote(this.#heading.inline.title)} with an empty box: taken as pending.`);
    const prose: Prose = [];
    this.#texts.push({ draft, prose });
    return { path, prose, draft };
  }

  /** A line may stand further left than its entry as long as no blank one stands between, as in CommonMark. */
  #text(line: MarkdownLine & { kind: 'text' }, isAfterBlank: boolean): void {
    if (isAfterBlank) this.#close(line.indent);
    const content = this.#items.at(-1)?.content ?? 0;
    this.#prose.push(dedent(line.raw, content));
  }

  #rule(line: MarkdownLine & { kind: 'rule' }, before: MarkdownLine['kind']): void {
    const prose = this.#prose;
    const last = prose.at(-1);
    const isTitle = before === 'text' && this.#items.length === 0 && typeof last === 'string' && /[=-]/.test(line.sign);
    this.#items = [];
    if (!isTitle) return;
    prose.pop();
    this.#open({ level: line.sign === '=' ? 1 : 2, text: last.trim(), at: line.at - 1 });
  }

  #finish(): void {
    for (const { draft, prose } of this.#texts) describe(draft, prose, this.#run);
    const seen = new Set<Group>();
    const stack: Prose = [...this.#groups];
    for (let group = stack.pop(); group !== undefined; group = stack.pop()) {
      if (typeof group === 'string' || seen.has(group)) continue;
      seen.add(group);
      // Below a plain entry that stays text, another one may have become an entry.
      stack.push(...group.prose);
      if (group.draft) describe(group.draft, group.prose, this.#run);
    }
    const lost = this.#groups.filter(({ draft, prose }) => !draft && proseText(prose).trim() !== '');
    const [first] = lost;
    if (first)
      this.#tell(
        first.line,
        `text that belongs to no task or goal is left out (${lost.length} places, the first here).`,
      );
  }
}
