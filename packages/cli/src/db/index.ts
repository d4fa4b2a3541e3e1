import type { Command } from '../command.ts';
import { exportStore } from './export.ts';
import { importStore } from './import.ts';
import { migrateStore } from './migrate.ts';
import { psqlUrl } from './psql-url.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';

/** Every command of `mcp-servers db`, in the order of the help. */
export const commands: readonly Command[] = [status, stop, exportStore, importStore, psqlUrl, migrateStore];
