import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { given, telling } from '../given.ts';
import { type After, type NodePage, takeNodes } from '../listing/index.ts';
import type { SecurityKind } from './query.ts';

export type Row = Record<string, unknown>;

/** A list that GitHub gives in pages, and how much of it is wanted. */
export interface Listing {
  readonly from: After;
  readonly limit: number;
  readonly maxChars: number;
}

/** The rows of one of GitHub's pages that fit, and where the list goes on. */
export function takePage(rows: readonly Row[], headers: Headers, listing: Listing): NodePage<Row> {
  const following = nextOf(headers);
  return takeNodes(rows, {
    ...listing,
    pageInfo: { hasNextPage: following !== undefined, endCursor: following ?? null },
  });
}

/** Some of these lists have pages, others cursors, which are no numbers; the Link header has either. */
function nextOf(headers: Headers): string | undefined {
  const link = (headers.get('link') ?? '').split(/,\s*(?=<)/).find((part) => /rel="?next"?/.test(part));
  const url = /<([^>]*)>/.exec(link ?? '')?.[1];
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { searchParams } = new URL(url);
  return searchParams.get('after') ?? searchParams.get('page') ?? undefined;
}

/** The parameters of GitHub's page. */
export const paging = ({ after, size }: After) =>
  given({
    page: after !== null && /^\d+$/.test(after) ? Number(after) : undefined,
    after: after === null || /^\d+$/.test(after) ? undefined : after,
    per_page: size,
  });

type Parameters = RepositoryName & { state: string | undefined; severity: string | undefined; from: After };
type Read = (github: GitHub, parameters: Parameters, call: GitHubCall) => Promise<{ rows: Row[]; headers: Headers }>;

export const lists: Readonly<Record<SecurityKind, Read>> = {
  async code_scanning(github, { from, ...asked }, call) {
    const parameters = given({ ...asked, ...paging(from) }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/code-scanning/alerts', parameters, call);
    return { rows: data.map(toCodeRow), headers };
  },
  async secret_scanning(github, { from, severity: _, ...asked }, call) {
    const parameters = given({ ...asked, ...paging(from), hide_secret: true }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/secret-scanning/alerts', parameters, call);
    return { rows: data.map(toSecretRow), headers };
  },
  async dependabot(github, { from, ...asked }, call) {
    const parameters = given({ ...asked, ...paging(from) }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/dependabot/alerts', parameters, call);
    return { rows: data.map(toDependencyRow), headers };
  },
  async advisories(github, { from, severity: _, ...asked }, call) {
    const parameters = given({ ...asked, ...paging(from) }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/security-advisories', parameters, call);
    return { rows: data.map(toAdvisoryRow), headers };
  },
};

type CodeAlert = RestData<'GET /repos/{owner}/{repo}/code-scanning/alerts'>[number];

export function toCodeRow(alert: Omit<CodeAlert, 'rule'> & { rule: Partial<CodeAlert['rule']> }): Row {
  const { location, message } = alert.most_recent_instance;
  return telling({
    number: alert.number,
    title: alert.rule.description,
    rule: alert.rule.id,
    severity: alert.rule.security_severity_level ?? alert.rule.severity,
    state: alert.state,
    dismissed: alert.dismissed_reason,
    tool: alert.tool.name,
    path: location?.path,
    line: location?.start_line,
    message: message?.text,
    created_at: alert.created_at,
  });
}

/** Field by field, so that the secret is not among them even where GitHub sends it. */
export const toSecretRow = (alert: RestData<'GET /repos/{owner}/{repo}/secret-scanning/alerts'>[number]): Row =>
  telling({
    number: alert.number,
    title: alert.secret_type_display_name ?? alert.secret_type,
    state: alert.state,
    resolution: alert.resolution,
    validity: alert.validity,
    public: alert.publicly_leaked,
    push_protection_bypassed_by: alert.push_protection_bypassed_by?.login,
    url: alert.html_url,
    created_at: alert.created_at,
  });

export function toDependencyRow(alert: RestData<'GET /repos/{owner}/{repo}/dependabot/alerts'>[number]): Row {
  const { dependency, security_advisory: advisory, security_vulnerability: vulnerability } = alert;
  return telling({
    number: alert.number,
    title: advisory.summary,
    package: packageOf(vulnerability.package),
    severity: vulnerability.severity,
    state: alert.state,
    dismissed: alert.dismissed_reason,
    vulnerable: vulnerability.vulnerable_version_range,
    fixed_in: vulnerability.first_patched_version?.identifier,
    manifest: dependency.manifest_path,
    scope: dependency.scope,
    ids: [advisory.ghsa_id, advisory.cve_id].filter(Boolean),
    created_at: alert.created_at,
  });
}

/** `npm/left-pad`; undefined where an advisory names none. */
export const packageOf = (
  given: { readonly ecosystem?: string; readonly name?: string | null } | null | undefined,
): string | undefined => [given?.ecosystem, given?.name].filter(Boolean).join('/') || undefined;

const toAdvisoryRow = (advisory: RestData<'GET /repos/{owner}/{repo}/security-advisories'>[number]): Row =>
  telling({
    id: advisory.ghsa_id,
    cve: advisory.cve_id,
    title: advisory.summary,
    severity: advisory.severity,
    state: advisory.state,
    author: advisory.author?.login,
    packages: advisory.vulnerabilities?.map((each) =>
      [packageOf(each.package), each.vulnerable_version_range].filter(Boolean).join(' '),
    ),
    published_at: advisory.published_at,
    updated_at: advisory.updated_at,
  });
