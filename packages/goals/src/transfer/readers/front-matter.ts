import { ValidationError } from '@mcp-servers/core';
import { parseDocument } from 'yaml';
import { checkStorable, isRecord } from './json-text.ts';

const maxLength = 100_000;
const maxAliases = 20;

export interface FrontMatter {
  /** The YAML between the two lines `---`, unread; undefined where the file does not begin with them. */
  yaml: string | undefined;
  body: string;
  /** Lines before the body. */
  lines: number;
}

/** Splits a text with LF line ends. */
export function splitFrontMatter(text: string): FrontMatter {
  const none = { yaml: undefined, body: text, lines: 0 };
  if (!/^---[ \t]*\n/.test(text)) return none;
  const start = text.indexOf('\n') + 1;
  const end = /^(?:---|\.\.\.)[ \t]*$/m.exec(text.slice(start, start + maxLength));
  if (!end) return none;
  const yaml = text.slice(start, start + end.index);
  const body = text.slice(start + end.index + end[0].length).replace(/^\n/, '');
  return { yaml, body, lines: yaml.split('\n').length + 1 };
}

/** YAML of a front matter -> its fields; anything else is an error with the line. */
export function parseFrontMatter(yaml: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    const document = parseDocument(quoteNames(yaml), { schema: 'core', resolveKnownTags: false, logLevel: 'error' });
    const [error] = document.errors;
    if (error) {
      const line = error.linePos?.[0].line;
      // The first line of the file is the one above the YAML.
      throw new ValidationError(`${name}${line ? ` line ${line + 1}` : ''}: not valid YAML (${error.code}).`);
    }
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw new ValidationError(`${name}: its YAML cannot be read: nested too deeply, or too many aliases.`, { cause });
  }
  if (!isRecord(value)) throw new ValidationError(`${name}: its front matter must be a list of "key: value".`);
  checkStorable(value, name);
  return value;
}

/** `assignee: @anna` is written by hand and by some tools, but `@` begins nothing in YAML. */
function quoteNames(yaml: string): string {
  return yaml
    .split('\n')
    .map((line) => {
      if (!/^\s*(?:-|assignee:|reporter:)\s/.test(line) || !line.includes('@') || /['"]/.test(line)) return line;
      return line.replace(/@[^\s,\]#]+/g, (name) => `"${name}"`);
    })
    .join('\n');
}
