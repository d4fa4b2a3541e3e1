import { nearest, ValidationError } from '@mcp-servers/core';

/** The row with the wanted fields only, in their order. */
export function pick(row: Readonly<Record<string, unknown>>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((name) => [name, row[name] ?? null]));
}

/** Throws ValidationError for a field that there is not. */
export function checkFields(fields: readonly string[], known: readonly string[]): void {
  const unknown = fields.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const near = unknown.flatMap((name) => nearest(name, known));
  throw new ValidationError(`fields: there is no ${unknown.join(', ')}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are ${known.join(', ')}.`,
  });
}
