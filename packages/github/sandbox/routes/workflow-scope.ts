import type { Call } from '../call.ts';
import { hasPermission, hasScope } from '../model/tokens.ts';
import { forbidden, notFound } from '../refusal.ts';

/** Files of GitHub Actions take a scope of their own. Throws Refusal. */
export function refuseWorkflow({ token }: Call, paths: readonly string[]): void {
  if (!token || !paths.some((path) => path.startsWith('.github/workflows/'))) return;
  if (token.kind === 'classic' && !hasScope(token, 'workflow')) throw notFound();
  if (token.kind === 'fine-grained' && !hasPermission(token, 'workflows', 'write')) {
    throw forbidden('Resource not accessible by personal access token');
  }
}
