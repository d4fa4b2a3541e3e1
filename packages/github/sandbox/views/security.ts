import type { CodeAlert, DependencyAlert, SecretAlert } from '../model/alerts.ts';
import type { Repository } from '../model/repository.ts';
import { iso, type State } from '../model/state.ts';
import { dependencyAdvisory, vulnerabilityOf } from './advisory.ts';
import { isoOrNull, userOrNull } from './issue.ts';
import { repositoryHtml, repositoryUrl } from './repository.ts';

type Dismissible = { readonly dismissed: CodeAlert['dismissed'] };

const dismissalOf = (state: State, { dismissed }: Dismissible) => ({
  dismissed_by: userOrNull(state, dismissed?.by),
  dismissed_at: isoOrNull(dismissed?.at),
  dismissed_reason: dismissed?.reason ?? null,
  dismissed_comment: dismissed?.comment ?? null,
});

const numbersOf = (
  state: State,
  repository: Repository,
  on: { alert: { number: number; createdAt: number; updatedAt: number }; kind: string },
) => {
  const path = `${on.kind}/alerts/${on.alert.number}`;
  return {
    number: on.alert.number,
    created_at: iso(on.alert.createdAt),
    updated_at: iso(on.alert.updatedAt),
    url: `${repositoryUrl(state, repository)}/${path}`,
    html_url: `${repositoryHtml(state, repository)}/security/${on.kind === 'dependabot' ? `dependabot/${on.alert.number}` : `${on.kind}/${on.alert.number}`}`,
  };
};

type Instance = Pick<CodeAlert, 'ref' | 'state' | 'commit' | 'message' | 'path' | 'startLine' | 'endLine'>;

export const instanceView = (alert: Instance) => ({
  ref: alert.ref,
  analysis_key: '.github/workflows/codeql.yml:analyze',
  ...{ environment: '{}', category: '.github/workflows/codeql.yml:analyze' },
  state: alert.state,
  commit_sha: alert.commit,
  message: { text: alert.message },
  location: {
    path: alert.path,
    ...{ start_line: alert.startLine, end_line: alert.endLine, start_column: 1, end_column: 1 },
  },
  classifications: [],
});

export function codeAlertView(
  state: State,
  repository: Repository,
  { alert, isWhole = false }: { alert: CodeAlert; isWhole?: boolean },
) {
  const shared = numbersOf(state, repository, { alert, kind: 'code-scanning' });
  const { id, name, description, severity } = alert.rule;
  return {
    ...shared,
    instances_url: `${shared.url}/instances`,
    state: alert.state,
    fixed_at: alert.state === 'fixed' ? iso(alert.updatedAt) : null,
    ...dismissalOf(state, alert),
    rule: {
      ...{ id, name, description, severity: 'error', security_severity_level: severity, tags: ['security'] },
      ...(isWhole && { full_description: description, help: `# ${name}\n\n${description}`, help_uri: null }),
    },
    tool: { name: alert.tool, guid: null, version: '2.0.0' },
    most_recent_instance: instanceView(alert),
  };
}

export function secretAlertView(
  state: State,
  repository: Repository,
  { alert, isHidden = false }: { alert: SecretAlert; isHidden?: boolean },
) {
  const shared = numbersOf(state, repository, { alert, kind: 'secret-scanning' });
  return {
    ...shared,
    locations_url: `${shared.url}/locations`,
    state: alert.state,
    resolution: alert.resolved?.resolution ?? null,
    resolved_at: isoOrNull(alert.resolved?.at),
    resolved_by: userOrNull(state, alert.resolved?.by),
    resolution_comment: alert.resolved?.comment ?? null,
    secret_type: alert.secretType,
    secret_type_display_name: alert.displayName,
    ...(!isHidden && { secret: alert.secret }),
    validity: alert.validity,
    ...{ push_protection_bypassed: false, push_protection_bypassed_by: null, push_protection_bypassed_at: null },
    ...{ publicly_leaked: false, multi_repo: false, is_base64_encoded: false, has_more_locations: false },
  };
}

/** In an issue or a pull request, of which nothing but the address is told. */
export const textLocationView = (
  state: State,
  repository: Repository,
  { type, path }: NonNullable<SecretAlert['others']>[number],
) => ({ type, details: { [`${type}_url`]: `${repositoryUrl(state, repository)}/${path}` } });

export function locationView(state: State, repository: Repository, alert: SecretAlert) {
  const url = repositoryUrl(state, repository);
  const columns = { start_column: 1, end_column: alert.secret.length + 1 };
  return {
    type: 'commit',
    details: {
      ...{ path: alert.path, start_line: alert.line, end_line: alert.line, ...columns },
      ...{ blob_sha: alert.blob, blob_url: `${url}/git/blobs/${alert.blob}` },
      ...{ commit_sha: alert.commit, commit_url: `${url}/git/commits/${alert.commit}` },
    },
  };
}

export function dependencyAlertView(state: State, repository: Repository, alert: DependencyAlert) {
  const { advisory, manifest, scope } = alert;
  const dependency = { ecosystem: advisory.ecosystem, name: advisory.package };
  return {
    ...numbersOf(state, repository, { alert, kind: 'dependabot' }),
    state: alert.state,
    dependency: { package: dependency, manifest_path: manifest, scope, relationship: 'direct' },
    security_advisory: dependencyAdvisory(advisory),
    security_vulnerability: vulnerabilityOf(advisory),
    ...dismissalOf(state, alert),
    fixed_at: alert.state === 'fixed' ? iso(alert.updatedAt) : null,
    auto_dismissed_at: alert.state === 'auto_dismissed' ? iso(alert.updatedAt) : null,
  };
}
