export * from './allowlist.ts';
export * from './edits.ts';
export * from './leak-guard.ts';
export * from './untrusted.ts';
export * from './visible.ts';
