import * as z from 'zod';

/**
 * The file: gzip, one JSON value per line. First a header, then for each table `{"table": name}` and its rows as arrays of
 * texts in the order of the header's columns, last a footer with the row counts, so that a cut file shows.
 */
export const formatName = 'mcp-servers-export';
export const formatVersion = 1;

export const Header = z.object({
  format: z.literal(formatName),
  version: z.number().int(),
  at: z.iso.datetime(),
  /** PostgreSQL that wrote it, such as 17.10. */
  server: z.string(),
  /** Names of the migrations the schema had, in order. */
  migrations: z.array(z.string()),
  /** In foreign-key order: a table comes after those it refers to. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
});
export type Header = z.infer<typeof Header>;

/** `value` is text: it may pass 2^53. */
const Sequence = z.object({ name: z.string(), value: z.string().regex(/^-?\d+$/), called: z.boolean() });
export type Sequence = z.infer<typeof Sequence>;

export const Footer = z.object({
  footer: z.object({ rows: z.record(z.string(), z.number().int()), sequences: z.array(Sequence) }),
});

export const TableMark = z.object({ table: z.string() });

/** The schema's own bookkeeping, and the processes that are running now: not data. */
export const notData: readonly string[] = ['pgmigrations', 'server_instances', 'cache_state'];
