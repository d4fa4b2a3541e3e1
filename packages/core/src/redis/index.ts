export { isRedisConfigured } from './client.ts';
export * from './connection.ts';
