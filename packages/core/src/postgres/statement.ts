/** One SQL statement under the name PostgreSQL prepares it by; a connection plans it once. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** A row as the driver returns it: int8 as number when safe, timestamptz as Date, date as text, json parsed. */
export type Row = Record<string, unknown>;

export interface Queryable {
  /** Rows in the order of the server. Throws an AppError whose cause is the driver's error. */
  query<R extends object>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
}

const longestName = 63;

/**
 * Defines a named prepared statement. Declare it once at module level: the same name with another text is refused.
 * PostgreSQL cuts names at 63 bytes, and two cut names would share one plan, so longer ones throw.
 */
export function statement(name: string, text: string): Statement {
  const length = Buffer.byteLength(name);
  if (length === 0 || length > longestName) {
    throw new RangeError(`Statement name "${name}" has ${length} bytes; 1 to ${longestName} are allowed.`);
  }
  return Object.freeze({ name, text });
}
