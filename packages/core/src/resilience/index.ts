export * from './clock.ts';
export * from './policy.ts';
