import { oneLine } from './redact.ts';

const messageChars = 300;
const deepest = 4;
const mostParts = 6;

/** Where vendors say what was wrong, the clearest first. */
const telling = [
  'message',
  'error_description',
  'errorMessages',
  'detail',
  'error',
  'errors',
  'title',
  'description',
  'reason',
];

/** The vendor's own words about a failure as one bounded line; empty when it said nothing. `json` is the parsed body, if it was JSON. */
export function vendorMessage(text: string, json: unknown): string {
  if (json === undefined) return oneLine(/^\s*</.test(text) ? titleOf(text) : text, messageChars);
  const parts = new Set<string>();
  gather(json, parts, 0);
  return oneLine([...parts].join('; '), messageChars);
}

function gather(value: unknown, parts: Set<string>, depth: number): void {
  if (parts.size >= mostParts || depth > deepest) return;
  if (typeof value === 'string') {
    if (value.trim() !== '') parts.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) gather(item, parts, depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    const fields = value as Record<string, unknown>;
    const known = telling.filter((name) => isSomething(fields[name]));
    for (const name of known) gather(fields[name], parts, depth + 1);
    if (known.length > 0) return;
    // { "summary": "is required" }, { "field": "title", "code": "missing" }
    const pairs = Object.entries(fields).flatMap(([name, said]) =>
      typeof said === 'string' ? [`${name}: ${said}`] : [],
    );
    if (pairs.length > 0) parts.add(pairs.join(', '));
  }
}

const isSomething = (value: unknown): boolean =>
  typeof value === 'string' || (typeof value === 'object' && value !== null);

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html.slice(0, 10_000))?.[1]?.trim();
  return title ? `a web page titled "${title}"` : 'a web page';
}

/** The body as JSON, undefined when it is not. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // The caller decides what that means.
  }
}
