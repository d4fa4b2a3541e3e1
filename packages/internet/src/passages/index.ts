export * from './find-passages.ts';
export * from './find-text.ts';
