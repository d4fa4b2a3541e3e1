export * from './clock.ts';
export * from './connect.ts';
export * from './contract.ts';
export * from './cutting-proxy.ts';
export * from './database.ts';
export * from './find-redis.ts';
export * from './redis.ts';
export * from './redis-test.ts';
