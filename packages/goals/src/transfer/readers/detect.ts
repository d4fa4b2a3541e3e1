import { ValidationError } from '@mcp-servers/core';
import { bundleFormat } from '../bundle.ts';
import { quote, type SourceFile } from './draft.ts';
import { type ImportFormat, importFormats } from './formats.ts';
import { splitFrontMatter } from './front-matter.ts';
import { isRecord, tryJson } from './json-text.ts';

const hint = `Say the format: ${importFormats.join(', ')}.`;

/** The one format that all files have; two, or none, is an error that says what was seen. */
export function detectFormat(files: readonly SourceFile[]): ImportFormat {
  const seen = files.map((file) => ({ file, format: byContent(file.text) ?? byName(file.name) }));
  const formats = new Set(seen.map(({ format }) => format));
  // A folder of Backlog.md has other Markdown beside its tasks; the reader tells which files it left.
  if (formats.has('backlog') && seen.every(({ format }) => !format || format === 'backlog' || format === 'markdown'))
    return 'backlog';
  const [format] = formats;
  if (formats.size === 1 && format) return format;
  const lines = seen.slice(0, 5).map(({ file, format: found }) => {
    const begin = file.text.trim() === '' ? 'is empty' : `begins with ${quote(file.text.trimStart().slice(0, 40))}`;
    return `${file.name} ${found ? `looks like ${found}` : `${begin}, which is no format known here`}`;
  });
  const more = seen.length > lines.length ? `, and ${seen.length - lines.length} more` : '';
  throw new ValidationError(`The format cannot be told: ${lines.join('; ')}${more}.`, { hint });
}

function byContent(text: string): ImportFormat | undefined {
  const start = text.trimStart().charAt(0);
  if (start === '{' || start === '[') {
    const format = ofJson(text);
    if (format) return format;
  }
  const { yaml } = splitFrontMatter(text);
  if (yaml !== undefined && /^id:/m.test(yaml) && /^(?:status|created_date):/m.test(yaml)) return 'backlog';
  return /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[.?\](?:[ \t]|$)/mu.test(text) ? 'markdown' : undefined;
}

function ofJson(text: string): ImportFormat | undefined {
  const whole = tryJson(text);
  // Of many lines the first one that is an object tells; a broken one is for the reader to name.
  const first = whole === undefined ? text.split('\n', 50).map(ofLine).find(isRecord) : whole;
  const entry: unknown = Array.isArray(first) ? first[0] : first;
  if (!isRecord(entry)) return undefined;
  const has = (...keys: string[]) => keys.every((key) => Object.hasOwn(entry, key));
  if (entry.format === bundleFormat) return 'json';
  if (has('uuid', 'description')) return 'taskwarrior';
  if (Array.isArray(entry.tasks)) return 'task-master';
  if (has('id', 'title') && (has('issue_type') || has('created_at') || has('priority', 'status'))) {
    return typeof entry.id === 'number' || has('subtasks') ? 'task-master' : 'beads';
  }
  const values = Object.values(entry);
  const isTagged = values.length > 0 && values.every((value) => isRecord(value) && Array.isArray(value.tasks));
  return isTagged ? 'task-master' : undefined;
}

const ofLine = (line: string): unknown => tryJson(line.trim().replace(/,$/, ''));

function byName(name: string): ImportFormat | undefined {
  const path = name.replaceAll('\\', '/').toLowerCase();
  if (/(?:^|\/)\.beads\//.test(path) || path.endsWith('issues.jsonl')) return 'beads';
  if (/(?:^|\/)\.taskmaster\//.test(path) || /(?:^|\/)tasks\.json$/.test(path)) return 'task-master';
  if (/(?:^|\/)(?:task|back)-\d+[^/]* - [^/]*\.md$/.test(path)) return 'backlog';
  return /\.(?:md|markdown)$/.test(path) ? 'markdown' : undefined;
}
