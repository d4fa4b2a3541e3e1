/** Where GitHub itself takes more, or other things, than its description says. Each entry carries its reason. */
export interface Correction {
  /** 'METHOD /path' as the description spells it, or a method-less path for all of its methods. */
  readonly at: string;
  readonly reason: string;
  /** Path parameters that may span slashes. */
  readonly multiSegment?: readonly string[];
  /** Merged over the schemas of body fields (first level). */
  readonly body?: Readonly<Record<string, object>>;
  /** Schemas of parameters of the query, instead of those described or beside them. */
  readonly query?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const repo = '/repos/{owner}/{repo}';
const slashes =
  'names of branches and refs have slashes, which GitHub takes encoded or not; the description marks only some of them';
const nullableText = { type: 'string', nullable: true };

export const corrections: readonly Correction[] = [
  ...[
    `${repo}/git/ref/{ref}`,
    `${repo}/git/refs/{ref}`,
    `${repo}/git/matching-refs/{ref}`,
    `${repo}/commits/{ref}`,
    `${repo}/commits/{ref}/status`,
    `${repo}/commits/{ref}/statuses`,
    `${repo}/commits/{ref}/check-runs`,
    `${repo}/commits/{ref}/check-suites`,
  ].map((at) => ({ at, reason: slashes, multiSegment: ['ref'] })),
  ...[
    `${repo}/branches/{branch}`,
    `${repo}/branches/{branch}/rename`,
    `${repo}/branches/{branch}/protection`,
    `${repo}/rules/branches/{branch}`,
  ].map((at) => ({ at, reason: slashes, multiSegment: ['branch'] })),
  {
    at: `PATCH ${repo}`,
    reason: 'clearing a text is done with null as well as with the empty text',
    body: { description: nullableText, homepage: nullableText },
  },
  {
    at: `PATCH ${repo}/issues/{issue_number}`,
    reason: 'the body is cleared with null, as the answer shows it',
    body: { body: nullableText },
  },
  ...[`${repo}/actions/runs`, `${repo}/actions/workflows/{workflow_id}/runs`].map((at) => ({
    at: `GET ${at}`,
    reason: 'a date of search: ranges (2026-01-01..2026-02-01) and comparisons (>=2026-01-01) too',
    query: { created: { type: 'string' } },
  })),
  {
    at: `GET ${repo}/code-scanning/alerts`,
    reason:
      'filters by severity: https://github.blog/changelog/2022-11-24-filter-code-scanning-api-results-by-alert-severity',
    query: {
      severity: { type: 'string', enum: ['critical', 'high', 'medium', 'low', 'warning', 'note', 'error'] },
    },
  },
  {
    at: 'PATCH /gists/{gist_id}',
    reason: 'null as a file deletes it, as its own documentation says',
    body: { files: { type: 'object' } },
  },
];
