export * from './filter.ts';
export * from './parse.ts';
export * from './read-sitemaps.ts';
