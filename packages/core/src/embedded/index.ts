export { type Embedded, type EmbeddedOptions, type EnsureOptions, embeddedPostgres } from './embedded.ts';
export type { EmbeddedConnection } from './postmaster.ts';
export type { EmbeddedStatus } from './status.ts';
