import type { Account } from './accounts.ts';
import { attach } from './attached.ts';
import type { Repository } from './repository.ts';
import type { State } from './state.ts';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

interface Numbered {
  readonly number: number;
  readonly createdAt: number;
  updatedAt: number;
}

export interface CodeAlert extends Numbered {
  state: 'open' | 'dismissed' | 'fixed';
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly severity: Severity;
  };
  readonly tool: string;
  readonly commit: string;
  readonly ref: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly message: string;
  /** The same on other refs or lines. */
  readonly others?: readonly Pick<CodeAlert, 'commit' | 'ref' | 'path' | 'startLine' | 'endLine'>[];
  dismissed:
    | { readonly by: Account; readonly at: number; readonly reason: string; readonly comment: string | null }
    | undefined;
}

export interface SecretAlert extends Numbered {
  state: 'open' | 'resolved';
  readonly secretType: string;
  readonly displayName: string;
  readonly secret: string;
  readonly validity: 'active' | 'inactive' | 'unknown';
  readonly commit: string;
  readonly blob: string;
  readonly path: string;
  readonly line: number;
  /** Outside of commits: the address of the text that has it. */
  readonly others?: readonly {
    readonly type: 'issue_body' | 'issue_comment' | 'pull_request_body';
    readonly path: string;
  }[];
  resolved:
    | { readonly by: Account; readonly at: number; readonly resolution: string; readonly comment: string | null }
    | undefined;
}

/** An advisory of the database that is public for everyone. */
export interface Advisory {
  readonly ghsaId: string;
  readonly cveId: string | null;
  readonly summary: string;
  readonly description: string;
  readonly severity: Severity;
  readonly cvss: { readonly score: number; readonly vector: string };
  readonly cwes: readonly { readonly id: string; readonly name: string }[];
  readonly ecosystem: string;
  readonly package: string;
  readonly vulnerable: string;
  readonly patched: string | null;
  readonly references: readonly string[];
  readonly publishedAt: number;
  readonly updatedAt: number;
  readonly type: 'reviewed' | 'unreviewed' | 'malware';
}

export interface DependencyAlert extends Numbered {
  state: 'open' | 'dismissed' | 'fixed' | 'auto_dismissed';
  readonly advisory: Advisory;
  readonly manifest: string;
  readonly scope: 'development' | 'runtime';
  dismissed:
    | { readonly by: Account; readonly at: number; readonly reason: string; readonly comment: string | null }
    | undefined;
}

/** An advisory of one repository. */
export interface RepositoryAdvisory extends Omit<Advisory, 'type' | 'references'> {
  state: 'triage' | 'draft' | 'published' | 'closed';
  readonly author: Account;
  readonly createdAt: number;
}

export interface SecurityFeatures {
  codeScanning: boolean;
  secretScanning: boolean;
  dependabot: boolean;
}

export const securityOf = attach<SecurityFeatures, Repository>('security features', () => ({
  ...{ codeScanning: true, secretScanning: true, dependabot: true },
}));
export const codeAlertsOf = attach<CodeAlert[], Repository>('code alerts', () => []);
export const secretAlertsOf = attach<SecretAlert[], Repository>('secret alerts', () => []);
export const dependencyAlertsOf = attach<DependencyAlert[], Repository>('dependency alerts', () => []);
export const repositoryAdvisoriesOf = attach<RepositoryAdvisory[], Repository>('repository advisories', () => []);
export const advisoriesOf = attach<Advisory[], State>('advisories', () => []);

const numbered = (state: State, all: readonly Numbered[]) => ({
  ...{ number: all.length + 1, createdAt: state.now(), updatedAt: state.now() },
});

export function addCodeAlert(
  state: State,
  repository: Repository,
  alert: Omit<CodeAlert, keyof Numbered | 'state' | 'dismissed'>,
): CodeAlert {
  const all = codeAlertsOf(repository);
  const added: CodeAlert = { ...alert, ...numbered(state, all), state: 'open', dismissed: undefined };
  all.push(added);
  return added;
}

export function addSecretAlert(
  state: State,
  repository: Repository,
  alert: Omit<SecretAlert, keyof Numbered | 'state' | 'resolved'>,
): SecretAlert {
  const all = secretAlertsOf(repository);
  const added: SecretAlert = { ...alert, ...numbered(state, all), state: 'open', resolved: undefined };
  all.push(added);
  return added;
}

export function addRepositoryAdvisory(
  state: State,
  repository: Repository,
  advisory: Omit<RepositoryAdvisory, 'createdAt'>,
): RepositoryAdvisory {
  const added = { ...advisory, createdAt: state.now() };
  repositoryAdvisoriesOf(repository).push(added);
  return added;
}

export function addDependencyAlert(
  state: State,
  repository: Repository,
  alert: Pick<DependencyAlert, 'advisory' | 'manifest' | 'scope'>,
): DependencyAlert {
  const all = dependencyAlertsOf(repository);
  const added: DependencyAlert = { ...alert, ...numbered(state, all), state: 'open', dismissed: undefined };
  all.push(added);
  return added;
}
