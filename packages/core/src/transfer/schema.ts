import { notData } from './format.ts';

/** One session of PostgreSQL, such as a connected `pg.Client` (not a pool: the work is one transaction). */
export interface Session {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface Column {
  name: string;
  /** The type without its length, for a cast that never cuts a value. */
  type: string;
}

export interface Table {
  name: string;
  columns: Column[];
}

/**
 * Tables of schema public, each after those its foreign keys name, with the columns that carry data: not generated ones, and not
 * xid8, whose values mean nothing in another cluster.
 */
export async function readTables(session: Session): Promise<Table[]> {
  const { rows } = await session.query(selectColumns);
  const tables = new Map<string, Table>();
  for (const { name, column, type } of rows) {
    const table = tables.get(String(name)) ?? { name: String(name), columns: [] };
    table.columns.push({ name: String(column), type: String(type) });
    tables.set(table.name, table);
  }
  for (const name of notData) tables.delete(name);
  const { rows: references } = await session.query(selectReferences);
  return inReferenceOrder(
    [...tables.values()],
    references.map(({ child, parent }) => [String(child), String(parent)]),
  );
}

/** Names in quotes, as SQL wants them. */
export const quoted = (...names: string[]): string => names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');

export const inPublic = (table: string): string => quoted('public', table);

/** Names of the migrations applied, in order; empty when nothing keeps count of them. */
export async function readMigrations(session: Session): Promise<string[]> {
  const { rows } = await session.query(`SELECT to_regclass('public.pgmigrations') IS NOT NULL AS there`);
  if (!rows[0]?.there) return [];
  const applied = await session.query('SELECT name FROM public.pgmigrations ORDER BY id');
  return applied.rows.map(({ name }) => String(name));
}

/** A cycle of references has no right order; the import checks foreign keys at its end, so any order will do. */
function inReferenceOrder(tables: readonly Table[], references: readonly (readonly [string, string])[]): Table[] {
  const sorted: Table[] = [];
  const seen = new Set<string>();
  const visit = (table: Table): void => {
    if (seen.has(table.name)) return;
    seen.add(table.name);
    for (const [child, parent] of references) {
      const needed = child === table.name && tables.find(({ name }) => name === parent);
      if (needed) visit(needed);
    }
    sorted.push(table);
  };
  tables.forEach(visit);
  return sorted;
}

const selectColumns = `
  SELECT c.relname AS name, a.attname AS column, format_type(a.atttypid, -1) AS type
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attgenerated = '' AND a.atttypid <> 'xid8'::regtype
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  ORDER BY c.relname, a.attnum`;

const selectReferences = `
  SELECT child.relname AS child, parent.relname AS parent
  FROM pg_constraint k
  JOIN pg_class child ON child.oid = k.conrelid
  JOIN pg_class parent ON parent.oid = k.confrelid
  WHERE k.contype = 'f' AND child.relnamespace = 'public'::regnamespace AND parent.relnamespace = 'public'::regnamespace
  ORDER BY 1, 2`;
