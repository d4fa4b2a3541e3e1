import { z } from 'zod';
import type { GitHub, GitHubCall, RepositoryName, RestData } from '../../client/index.ts';
import { contentBudget } from '../budget.ts';
import { given, telling } from '../given.ts';
import { After, firstAfter, resume, takeNodes, toCursor } from '../listing/index.ts';

export const securityKinds = ['code_scanning', 'secret_scanning', 'dependabot', 'advisories'] as const;

const Text = z.string().min(1).max(250);
const SecurityQuery = z.strictObject({
  repo: Text,
  kind: z.enum(securityKinds),
  state: Text.optional(),
  severity: Text.optional(),
});
type SecurityQuery = z.infer<typeof SecurityQuery>;

export type SecurityAsked = { readonly [K in keyof SecurityQuery]?: SecurityQuery[K] | undefined } & {
  readonly limit: number;
  readonly cursor?: string | undefined;
};

type Row = Record<string, unknown>;

export interface SecurityAnswer {
  repo: string;
  kind: SecurityQuery['kind'];
  rows: Row[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

interface Page {
  readonly rows: Row[];
  readonly headers: Headers;
}
type Parameters = RepositoryName & { state: string | undefined; severity: string | undefined; from: After };
type Read = (github: GitHub, parameters: Parameters, call: GitHubCall) => Promise<Page>;

/** Alerts or advisories of a repository. What a leaked secret is is never shown, only where it came from. */
export async function readSecurity(
  github: GitHub,
  { limit, cursor, ...asked }: SecurityAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<SecurityAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'security', query: SecurityQuery, place: After });
  const { kind, state, severity } = query;
  const name = github.repo(query.repo);
  const from = place ?? firstAfter(limit);
  const page = await reads[kind](github, { ...name, state, severity, from }, call);
  const following = nextOf(page.headers);
  const pageInfo = { hasNextPage: following !== undefined, endCursor: following ?? null };
  const { rows, next, cut } = takeNodes(page.rows, { from, limit, maxChars: contentBudget(maxChars), pageInfo });
  return {
    ...{ repo: `${name.owner}/${name.repo}`, kind, rows },
    ...(cut && { truncated: true }),
    ...(next && { next_cursor: toCursor('security', query, next) }),
    notes: rows.length === 0 && !next ? ['There are none, as far as this credential may see them.'] : [],
  };
}

/** Some of these lists have pages, others cursors; the Link header has either. */
function nextOf(headers: Headers): string | undefined {
  const link = (headers.get('link') ?? '').split(/,\s*(?=<)/).find((part) => /rel="?next"?/.test(part));
  const url = /<([^>]*)>/.exec(link ?? '')?.[1];
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { searchParams } = new URL(url);
  const after = searchParams.get('after');
  return after === null ? (searchParams.get('page') ?? undefined) : after;
}

const byPage = ({ after, size }: After) => given({ page: after === null ? undefined : Number(after), per_page: size });
const byCursor = ({ after, size }: After) => given({ after: after ?? undefined, per_page: size });

const reads: Readonly<Record<SecurityQuery['kind'], Read>> = {
  async code_scanning(github, { from, state, severity, ...name }, call) {
    const asked = given({ ...name, ...byPage(from), state, severity }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/code-scanning/alerts', asked, call);
    return { rows: data.map(toCodeRow), headers };
  },
  async secret_scanning(github, { from, state, severity: _, ...name }, call) {
    const asked = given({ ...name, ...byPage(from), state, hide_secret: true }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/secret-scanning/alerts', asked, call);
    return { rows: data.map(toSecretRow), headers };
  },
  async dependabot(github, { from, state, severity, ...name }, call) {
    const asked = given({ ...name, ...byCursor(from), state, severity }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/dependabot/alerts', asked, call);
    return { rows: data.map(toDependencyRow), headers };
  },
  async advisories(github, { from, state, severity: _, ...name }, call) {
    const asked = given({ ...name, ...byCursor(from), state }) as never;
    const { data, headers } = await github.rest('GET /repos/{owner}/{repo}/security-advisories', asked, call);
    return { rows: data.map(toAdvisoryRow), headers };
  },
};

function toCodeRow(alert: RestData<'GET /repos/{owner}/{repo}/code-scanning/alerts'>[number]): Row {
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

const toSecretRow = (alert: RestData<'GET /repos/{owner}/{repo}/secret-scanning/alerts'>[number]): Row =>
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

function toDependencyRow(alert: RestData<'GET /repos/{owner}/{repo}/dependabot/alerts'>[number]): Row {
  const { dependency, security_advisory: advisory, security_vulnerability: vulnerability } = alert;
  return telling({
    number: alert.number,
    title: advisory.summary,
    package: `${vulnerability.package.ecosystem}/${vulnerability.package.name}`,
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

const toAdvisoryRow = (advisory: RestData<'GET /repos/{owner}/{repo}/security-advisories'>[number]): Row =>
  telling({
    id: advisory.ghsa_id,
    cve: advisory.cve_id,
    title: advisory.summary,
    severity: advisory.severity,
    state: advisory.state,
    author: advisory.author?.login,
    packages: advisory.vulnerabilities?.map((each) =>
      `${each.package?.ecosystem}/${each.package?.name} ${each.vulnerable_version_range ?? ''}`.trim(),
    ),
    published_at: advisory.published_at,
    updated_at: advisory.updated_at,
  });
