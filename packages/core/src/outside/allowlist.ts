import { ValidationError } from '../errors.ts';

export interface Allowlist {
  /** No pattern was given: everything is allowed. */
  readonly open: boolean;
  readonly patterns: readonly string[];
  allows(name: string): boolean;
}

/**
 * Names of outside things that may be touched, such as repositories: `owner/name`, `owner/*`, `*` for any run of characters but `/`,
 * case ignored. A pattern that begins with `!` takes away again. The check belongs in the HTTP layer, on every path of a request.
 */
export function createAllowlist(patterns: readonly string[] | undefined): Allowlist {
  const given = (patterns ?? []).map((pattern) => pattern.trim()).filter(Boolean);
  const allow = given.filter((pattern) => !pattern.startsWith('!')).map(toExpression);
  const deny = given.filter((pattern) => pattern.startsWith('!')).map((pattern) => toExpression(pattern.slice(1)));
  return {
    open: given.length === 0,
    patterns: given,
    allows: (name) =>
      (allow.length === 0 || allow.some((pattern) => pattern.test(name))) &&
      !deny.some((pattern) => pattern.test(name)),
  };
}

function toExpression(pattern: string): RegExp {
  if (!/^[\w.*/-]+$/u.test(pattern))
    throw new ValidationError(
      `"${pattern.slice(0, 60)}" is not a pattern of names: letters, digits, . _ - / and * only.`,
    );
  const source = pattern.replaceAll('.', String.raw`\.`).replaceAll('*', String.raw`[^/\p{Cc}]*`);
  return new RegExp(`^${source}$`, 'iu');
}
