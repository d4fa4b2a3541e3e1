export { securityKinds } from './query.ts';
export { readSecurity, type SecurityAnswer } from './security.ts';
