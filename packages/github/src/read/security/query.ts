import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';

export const securityKinds = ['code_scanning', 'secret_scanning', 'dependabot', 'advisories'] as const;
export type SecurityKind = (typeof securityKinds)[number];

const Text = z.string().min(1).max(250);
export const SecurityQuery = z.strictObject({
  repo: Text.optional(),
  kind: z.enum(securityKinds).optional(),
  number: z.int().min(1).optional(),
  ghsa_id: Text.optional(),
  state: Text.optional(),
  severity: Text.optional(),
});
export type SecurityQuery = z.infer<typeof SecurityQuery>;

/** What is asked for, after its arguments were looked at together. */
export type SecurityWanted =
  | { readonly one: 'alert'; readonly repo: string; readonly kind: AlertKind; readonly number: number }
  | { readonly one: 'advisory'; readonly repo: string | undefined; readonly ghsa_id: string }
  | {
      readonly one: undefined;
      readonly repo: string;
      readonly kind: SecurityKind;
      readonly state: string | undefined;
      readonly severity: string | undefined;
    };
export type AlertKind = Exclude<SecurityKind, 'advisories'>;

/** Throws ValidationError for arguments that do not go together. */
export function toWanted({ repo, kind, number, ghsa_id, state, severity }: SecurityQuery): SecurityWanted {
  const isOne = number !== undefined || ghsa_id !== undefined;
  if (isOne && (state ?? severity) !== undefined) throw new ValidationError('state and severity are of lists.');
  if (ghsa_id !== undefined) {
    if ((kind ?? 'advisories') !== 'advisories' || number !== undefined) {
      throw new ValidationError('ghsa_id is of an advisory: leave out number and kind.');
    }
    // The database knows them by this spelling alone.
    return { one: 'advisory', repo, ghsa_id: `GHSA${ghsa_id.slice(4).toLowerCase()}` };
  }
  if (repo === undefined) throw new ValidationError('repo: required without cursor and without ghsa_id.');
  if (kind === undefined) throw new ValidationError(`kind: required, one of ${securityKinds.join(', ')}.`);
  if (number !== undefined) {
    if (kind === 'advisories') throw new ValidationError('number: advisories have a ghsa_id.');
    return { one: 'alert', repo, kind, number };
  }
  if (severity !== undefined && (kind === 'secret_scanning' || kind === 'advisories')) {
    throw new ValidationError(`severity: GitHub does not filter ${kind} by it.`);
  }
  return { one: undefined, repo, kind, state, severity };
}
