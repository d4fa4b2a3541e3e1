export { type DailyCopiesOptions, startDailyCopies } from './daily-copies.ts';
export { type DailyCopyOptions, dailyCopy } from './daily-copy.ts';
export { type ExportOptions, type ExportResult, exportDatabase } from './export.ts';
export { type ImportOptions, type ImportResult, importDatabase } from './import.ts';
export type { Session } from './schema.ts';
export { type UpgradeOptions, type UpgradeResult, upgradeEmbedded } from './upgrade.ts';
