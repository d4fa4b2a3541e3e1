const mostIssueIds = 5000;

/** Issues that were read in repositories inside, whose ids alone do not tell. */
export interface IssueHomes {
  /** From rows of REST. */
  learn(data: unknown): void;
  /** `owner/name`; undefined when it was not read. */
  of(id: unknown): string | undefined;
}

export function createIssueHomes(): IssueHomes {
  const issues = new Map<number, string>();
  return {
    learn(data) {
      const rows = Array.isArray(data) ? data : [data];
      for (const row of rows) {
        if (typeof row?.id !== 'number' || typeof row.repository_url !== 'string') continue;
        if (issues.size >= mostIssueIds) issues.clear();
        issues.set(row.id, row.repository_url.split('/').slice(-2).join('/'));
      }
    },
    of: (id) => issues.get(Number(id)),
  };
}
