import { nearest, ValidationError } from '@mcp-servers/core';

const nothing: ReadonlySet<string> = new Set();

/** Rows as answers: times as ISO text, and no field that says nothing (null, empty list, empty object). */
export const compact = (row: object): Record<string, unknown> => compactWithout(row, nothing);

/** The same without these fields. */
export function compactWithout(row: object, hidden: ReadonlySet<string>): Record<string, unknown> {
  // One pass, no list of entries: the rows of a batch spend more time here than in the database.
  const fields = row as Record<string, unknown>;
  const kept: Record<string, unknown> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value === null || value === undefined || hidden.has(key)) continue;
    if (typeof value !== 'object') kept[key] = value;
    else if (value instanceof Date) kept[key] = value.toISOString();
    else if (!isEmpty(value)) kept[key] = value;
  }
  return kept;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

/** Up to five names, then how many more. */
export function nameSome(names: readonly string[]): string {
  const more = names.length - 5;
  return names.slice(0, 5).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** The fields in which two rows differ, as they were and as they are; undefined when they are equal. */
export function difference<T extends object>(
  was: T,
  is: T,
  fields: readonly (keyof T & string)[],
): { before: Record<string, unknown>; after: Record<string, unknown> } | undefined {
  const changed = fields.filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]));
  if (changed.length === 0) return undefined;
  const pick = (row: T) => Object.fromEntries(changed.map((field) => [field, row[field] ?? null]));
  return { before: pick(was), after: pick(is) };
}

/** `fields` of a call: a name that no row has is an error that says which there are. */
export function refuseUnknownFields(fields: readonly string[], valid: readonly string[]): void {
  const unknown = fields.find((field) => !valid.includes(field));
  if (unknown === undefined) return;
  const near = nearest(unknown, valid);
  const advice = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Valid: ${valid.join(', ')}.`;
  throw new ValidationError(`fields: unknown field "${unknown.slice(0, 60)}". ${advice}`);
}
