export * from './address.ts';
export * from './fetch.ts';
export type { ConnectTarget, Network } from './network.ts';
export { systemNetwork } from './network.ts';
export { type CheckTarget, checkAddress, createGuardPolicy, type GuardPolicy, type GuardSettings } from './policy.ts';
export type { ProxyEnvironment } from './proxy.ts';
export { checkUrl } from './url.ts';
