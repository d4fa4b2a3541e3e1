import { ValidationError } from '@mcp-servers/core';
import { quote } from './draft.ts';

const maxDepth = 64;

/** JSON text -> value. Errors name the place, and what of the value could not be stored. */
export function parseJson(text: string, at: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const where = placeOf(String(cause), text);
    throw new ValidationError(`${at}: not valid JSON${where}.`, { cause });
  }
  checkStorable(value, at);
  return value;
}

/** V8 says the position of some faults, and of the others ten characters before and after. */
function placeOf(message: string, text: string): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
  if (line) return ` at line ${line}, column ${column}`;
  const around = /', (?:\.\.\.)"([\s\S]*?)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
  const start = around === undefined ? -1 : text.indexOf(around);
  if (around === undefined || start < 0 || start !== text.lastIndexOf(around))
    return text.trim() === '' ? ' (it is empty)' : message.includes('end of JSON') ? ' (it ends too early)' : '';
  const before = text.slice(0, start + 10).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The value, or undefined where the text is no JSON: for looking at a file before its format is known. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not being JSON is an answer here, not a fault.
    return undefined;
  }
}

export interface JsonEntry {
  value: unknown;
  at: string;
}

/** One document (an array gives its elements) or one value per line, with or without the commas between. */
export function parseJsonEntries(text: string, name: string): JsonEntry[] {
  const whole = tryJson(text);
  if (whole !== undefined) {
    checkStorable(whole, name);
    if (!Array.isArray(whole)) return [{ value: whole, at: `${name} line 1` }];
    return whole.map((value: unknown, index) => ({ value, at: `${name} entry ${index + 1}` }));
  }
  return text.split('\n').flatMap((raw, index) => {
    const line = raw.trim();
    const at = `${name} line ${index + 1}`;
    if (line === '' || line === '[' || line === ']') return [];
    return [{ value: parseJson(line.endsWith(',') ? line.slice(0, -1) : line, at), at }];
  });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** PostgreSQL stores neither NUL nor half a surrogate pair, `__proto__` would be lost, and depth exhausts a reader. */
export function checkStorable(root: unknown, at: string): void {
  const stack: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { value, path, depth } = entry;
    const place = path === '' ? at : `${at}, ${path.slice(0, 120)}`;
    const fault = typeof value === 'string' ? textFault(value) : undefined;
    if (fault) throw new ValidationError(`${place}: ${fault}`);
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new ValidationError(`${place}: a number too large.`);
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) throw new ValidationError(`${place}: nested deeper than ${maxDepth} levels.`);
    for (const [key, child] of Object.entries(value)) {
      const keyFault = key === '__proto__' ? 'a key is named __proto__, which cannot be kept.' : textFault(key);
      if (keyFault) throw new ValidationError(`${place}: ${keyFault}`);
      if (typeof child === 'object' || typeof child === 'string' || typeof child === 'number') {
        const step = Array.isArray(value) ? `[${key}]` : `${path === '' ? '' : '.'}${key.slice(0, 60)}`;
        stack.push({ value: child, path: path.length > 200 ? path : path + step, depth: depth + 1 });
      }
    }
  }
}

/** What makes a text unstorable, as a sentence with the line. */
export function textFault(text: string): string | undefined {
  const nul = text.indexOf('\0');
  const lineOf = (index: number) => (text.includes('\n') ? ` (line ${text.slice(0, index).split('\n').length})` : '');
  if (nul >= 0) return `contains a NUL character${lineOf(nul)}, which cannot be stored.`;
  if (text.isWellFormed()) return undefined;
  const broken = [...text.matchAll(/[\uD800-\uDFFF]/gu)][0]?.index ?? 0;
  return `contains half of a surrogate pair${lineOf(broken)}: broken Unicode, which cannot be stored.`;
}

export function expectRecord(value: unknown, at: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new ValidationError(`${at}: must be a JSON object, this is ${quote(value)}.`);
}
