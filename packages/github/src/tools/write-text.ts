import { fence, toVisible } from '@mcp-servers/core/outside';

/** Fields of an answer in which others may have written: titles, bodies, names of checks, and what a dry run would send of them. */
const fromOutside = new Set([
  ...['title', 'body', 'name', 'checks', 'why', 'files', 'items', 'was'],
  ...['not_applied', 'failed', 'requests', 'notes'],
]);

/** The answer of a write as JSON, with what others may have written between marks. */
export function writeText(answer: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(answer).filter(([, value]) => value !== undefined);
  const own = given.filter(([name]) => !fromOutside.has(name));
  const foreign = given.filter(([name]) => fromOutside.has(name));
  return [
    ...(own.length > 0 || foreign.length === 0 ? [toVisible(JSON.stringify(Object.fromEntries(own))).text] : []),
    ...(foreign.length > 0 ? [fence(JSON.stringify(Object.fromEntries(foreign)), { source: 'GitHub' })] : []),
  ].join('\n');
}
