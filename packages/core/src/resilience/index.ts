export * from './clock.ts';
export * from './events.ts';
export * from './policy.ts';
