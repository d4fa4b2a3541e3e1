import { nearest, ValidationError } from '@mcp-servers/core';

/** The row with these fields alone, in their order; all of it without them. Throws ValidationError naming a field that rows of this kind do not have. */
export function pickFields<T extends Readonly<Record<string, unknown>>>(
  row: T,
  fields: readonly string[] | undefined,
  known: readonly string[],
): Record<string, unknown> {
  if (fields === undefined) return row;
  const unknown = fields.find((field) => !known.includes(field));
  if (unknown !== undefined) {
    const [meant] = nearest(unknown, [...known]);
    throw new ValidationError(`fields: "${unknown}" is none${meant ? `; did you mean "${meant}"?` : '.'}`, {
      hint: `Valid: ${known.join(', ')}.`,
    });
  }
  return Object.fromEntries(fields.flatMap((field) => (field in row ? [[field, row[field]]] : [])));
}
