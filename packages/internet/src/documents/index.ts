export * from './feeds/index.ts';
export * from './kind.ts';
export type { Pdf } from './pdf/pdf.ts';
export * from './read-pdf.ts';
export * from './sitemap/index.ts';
