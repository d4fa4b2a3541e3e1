export { readSecurity, type SecurityAnswer, securityKinds } from './security.ts';
