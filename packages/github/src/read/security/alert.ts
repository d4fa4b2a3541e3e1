import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { given, telling } from '../given.ts';
import type { After } from '../listing/index.ts';
import { packageOf, paging, type Row, toCodeRow, toDependencyRow, toSecretRow } from './lists.ts';
import type { AlertKind } from './query.ts';

/** One alert or advisory: its facts, its long text, and the first page of what belongs to it. */
export interface Found {
  readonly about: Row;
  readonly text: string | null | undefined;
  /** Where it was found, or the versions that are affected. */
  readonly rows: Row[];
  readonly headers?: Headers;
}

const mostReferences = 10;

type At = RepositoryName & { alert_number: number };
type Read = (github: GitHub, at: At & { from: After }, call: GitHubCall) => Promise<Found>;

export const alerts: Readonly<Record<AlertKind, Read>> = {
  async code_scanning(github, { from, ...at }, call) {
    const one = '/repos/{owner}/{repo}/code-scanning/alerts/{alert_number}' as const;
    const [{ data }, instances] = await Promise.all([
      github.rest(`GET ${one}`, at, call),
      github.rest(`GET ${one}/instances`, { ...at, ...paging(from) }, call),
    ]);
    const { rule } = data;
    const about = {
      ...toCodeRow(data),
      ...telling({ tags: rule.tags, help: rule.help_uri, fixed_at: data.fixed_at, url: data.html_url }),
      ...dismissalOf(data),
    };
    const text = [rule.full_description, rule.help].filter(Boolean).join('\n\n');
    return { about, text, rows: instances.data.map(toInstanceRow), headers: instances.headers };
  },
  async secret_scanning(github, { from, ...at }, call) {
    const one = '/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}' as const;
    const [{ data }, locations] = await Promise.all([
      github.rest(`GET ${one}`, { ...at, hide_secret: true }, call),
      github.rest(`GET ${one}/locations`, { ...at, ...paging(from) }, call),
    ]);
    const about = {
      ...toSecretRow(data),
      ...telling({ in_several_repositories: data.multi_repo, push_protection_bypassed: data.push_protection_bypassed }),
      ...telling({ resolved_by: data.resolved_by?.login, resolved_at: data.resolved_at }),
      // Whoever resolves an alert may well quote the secret.
      ...(data.resolution_comment && { comment: 'not shown, because it could quote the secret' }),
    };
    return { about, text: undefined, rows: locations.data.map(toLocationRow), headers: locations.headers };
  },
  async dependabot(github, { from: _, ...at }, call) {
    const { data } = await github.rest('GET /repos/{owner}/{repo}/dependabot/alerts/{alert_number}', at, call);
    const { security_advisory: advisory } = data;
    const about = {
      ...toDependencyRow(data),
      ...telling({ cvss: advisory.cvss?.score, cwes: advisory.cwes?.map(({ cwe_id }) => cwe_id), url: data.html_url }),
      ...telling({ relationship: (data.dependency as { relationship?: string }).relationship }),
      ...telling({
        references: advisory.references?.slice(0, mostReferences).map(({ url }) => url),
        fixed_at: data.fixed_at,
      }),
      ...dismissalOf(data),
    };
    const rows = advisory.vulnerabilities.map((each) =>
      telling({
        package: packageOf(each.package),
        vulnerable: each.vulnerable_version_range,
        fixed_in: each.first_patched_version?.identifier,
      }),
    );
    return { about, text: advisory.description, rows };
  },
};

interface Dismissed {
  readonly dismissed_by?: { readonly login: string } | null;
  readonly dismissed_at?: string | null;
  readonly dismissed_comment?: string | null;
}

const dismissalOf = ({ dismissed_by: by, dismissed_at, dismissed_comment }: Dismissed): Row =>
  telling({ dismissed_by: by?.login, dismissed_at, dismissed_comment });

type Instance = RestData<'GET /repos/{owner}/{repo}/code-scanning/alerts/{alert_number}/instances'>[number];

const toInstanceRow = ({ location, ...instance }: Instance): Row =>
  telling({
    path: location?.path,
    line: location?.start_line,
    end_line: location?.end_line,
    ref: instance.ref,
    state: instance.state,
    commit: instance.commit_sha,
    message: instance.message?.text,
    category: instance.category,
    of: instance.classifications,
  });

type Location = RestData<'GET /repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}/locations'>[number];

/** In a commit, or in a text of an issue, a pull request or a discussion, of which GitHub gives the address alone. */
function toLocationRow({ type, details = {} as never }: Location): Row {
  const fields = details as Readonly<Record<string, unknown>>;
  const [, url] = Object.entries(fields).find(([name]) => name.endsWith('_url') && !/^(blob|commit)_/.test(name)) ?? [];
  return telling({
    path: fields.path,
    line: fields.start_line,
    end_line: fields.end_line,
    type,
    commit: fields.commit_sha,
    blob: fields.blob_sha,
    url,
  });
}

type Advisory = RestData<'GET /advisories/{ghsa_id}'>;

/** An advisory by its id: of a repository, or of GitHub's database. */
export async function readAdvisory(
  github: GitHub,
  { ghsa_id, name }: { ghsa_id: string; name: RepositoryName | undefined },
  call: GitHubCall,
): Promise<Found> {
  if (name === undefined) {
    const { data } = await github.rest('GET /advisories/{ghsa_id}', { ghsa_id }, call);
    const about = {
      ...factsOf(data),
      ...telling({
        type: data.type,
        references: data.references?.slice(0, mostReferences),
        source: data.source_code_location,
      }),
      ...telling({ reviewed_at: data.github_reviewed_at }),
    };
    return { about, text: data.description, rows: (data.vulnerabilities ?? []).map(toAffected) };
  }
  const route = 'GET /repos/{owner}/{repo}/security-advisories/{ghsa_id}';
  const { data } = await github.rest(route, { ...name, ghsa_id }, call);
  const about = {
    ...factsOf(data as never),
    ...telling({ state: data.state, author: data.author?.login, closed_at: data.closed_at }),
  };
  const rows = (data.vulnerabilities ?? []).map((each) =>
    toAffected({ ...each, first_patched_version: each.patched_versions }),
  );
  return { about, text: data.description, rows };
}

const factsOf = (data: Advisory): Row =>
  telling({
    id: data.ghsa_id,
    cve: data.cve_id,
    title: data.summary,
    severity: data.severity,
    cvss: data.cvss?.score,
    vector: data.cvss?.vector_string,
    cwes: data.cwes?.map(({ cwe_id }) => cwe_id),
    url: data.html_url,
    published_at: data.published_at,
    updated_at: data.updated_at,
    withdrawn_at: data.withdrawn_at,
  });

interface Affected {
  readonly package: { readonly ecosystem?: string; readonly name?: string | null } | null;
  readonly vulnerable_version_range: string | null;
  readonly first_patched_version: string | null;
  readonly vulnerable_functions: readonly string[] | null;
}

const toAffected = (each: Affected): Row =>
  given({
    package: packageOf(each.package),
    vulnerable: each.vulnerable_version_range ?? undefined,
    fixed_in: each.first_patched_version ?? undefined,
    functions: each.vulnerable_functions?.length ? each.vulnerable_functions : undefined,
  });
