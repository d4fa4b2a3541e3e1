import { AppError, defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import { z } from 'zod';
import type { GitHub, GitHubCall } from '../client/index.ts';
import { contentBudget } from '../read/budget.ts';
import {
  bodyWithin,
  type IssueName,
  type IssuePart,
  issueLabel,
  issueParts,
  readIssue,
  readIssuePart,
  toIssueRow,
} from '../read/issue.ts';
import { readLinkedPulls } from '../read/linked-pulls.ts';
import { openList } from '../read/list.ts';
import { showBody } from '../read/untrusted.ts';
import type { GitHubDeps } from './deps.ts';
import { needed } from './needed.ts';
import { Cursor, IssueNumber, Limit, MaxChars, Repo, Row, Rows } from './schemas.ts';

const Continued = z.strictObject({ repo: Repo, number: IssueNumber, part: z.enum(issueParts) });

export const githubIssue = defineTool({
  name: 'github_issue',
  title: 'Read an issue',
  description:
    'One issue with its whole body, and what include asks for. Comments, timeline and links each have a cursor for their next page. For a pull request use github_pull.',
  effect: 'read',
  openWorld: true,
  toolsets: ['default', 'issues'],
  input: z.strictObject({
    repo: Repo.optional(),
    number: IssueNumber.optional(),
    include: z
      .array(z.enum([...issueParts, 'linked_pulls']))
      .max(7)
      .default([]),
    limit: Limit,
    cursor: Cursor.optional().describe('The next page of one list, instead of repo and number'),
    max_chars: MaxChars,
  }),
  output: z.object({
    source: z.string(),
    issue: Row.optional(),
    lists: z.record(
      z.string(),
      z.object({
        items: Rows,
        next_cursor: z.string().optional(),
        truncated: z.boolean().optional(),
        withheld: z.number().optional(),
        not_read: z.string().optional(),
      }),
    ),
  }),

  async run({ repo, number, include, limit, cursor }, { github }: GitHubDeps, { signal, maxChars }) {
    const call = { signal };
    const budget = contentBudget(maxChars);
    if (cursor !== undefined) {
      const list = openList(Continued, { cursor });
      const name = { ...github.repo(list.query.repo), number: list.query.number };
      const { part } = list.query;
      const page = await readIssuePart(github, { ...name, part }, { asked: { list, limit, maxChars: budget }, call });
      return { source: issueLabel(name), lists: { [part]: page } };
    }
    if (repo === undefined || number === undefined) throw needed('repo and number');
    const name = { ...github.repo(repo), number };
    const issue = await readIssue(github, name, call);
    const wanted = [...new Set(include)];
    const row = toIssueRow(issue);
    const body = bodyWithin(issue.body, budget - JSON.stringify(row).length);
    const left = budget - JSON.stringify({ ...row, ...body }).length;
    const room = Math.max(300, Math.floor(left / Math.max(1, wanted.length)));
    const lists = await Promise.all(
      wanted.map(async (part) => [part, await settle(readList(github, name, { part, limit, room, call }))] as const),
    );
    return { source: issueLabel(name), issue: { ...row, ...body }, lists: Object.fromEntries(lists) };
  },

  text({ source, issue, lists }) {
    const mark = newMark();
    const { body, ...facts } = issue ?? {};
    return [
      source,
      ...(issue
        ? [
            fence(JSON.stringify(facts), { source }, mark),
            showBody({ text: String(body), author: String(facts.author), source }, { mark }),
            ...(facts.body_truncated ? [`The body has ${facts.body_chars} characters; give a larger max_chars.`] : []),
          ]
        : []),
      ...Object.entries(lists).flatMap(([part, { items, next_cursor, withheld, not_read }]) => [
        `${part}: ${not_read ? `not read: ${not_read}` : `${items.length}${withheld ? `, ${withheld} outside the allowlist left out` : ''}`}`,
        ...showRows(items, part === 'comments' ? `a comment on ${source}` : source, mark),
        ...(next_cursor ? [`More ${part}: github_issue with cursor "${next_cursor}"`] : []),
      ]),
    ].join('\n');
  },
});

interface ListWanted {
  readonly part: IssuePart | 'linked_pulls';
  readonly limit: number;
  readonly room: number;
  readonly call: GitHubCall;
}

function readList(github: GitHub, name: IssueName, { part, limit, room, call }: ListWanted) {
  if (part === 'linked_pulls') return readLinkedPulls(github, name, { first: limit, ...call });
  const list = openList(Continued, { repo: `${name.owner}/${name.repo}`, number: name.number, part });
  return readIssuePart(github, { ...name, part }, { asked: { list, limit, maxChars: room }, call });
}

/** One list that cannot be read leaves the others readable. */
async function settle<T>(page: Promise<T>): Promise<T | { items: []; not_read: string }> {
  try {
    return await page;
  } catch (error) {
    if (!(error instanceof AppError) || !['auth', 'not_found', 'validation'].includes(error.code)) throw error;
    return { items: [], not_read: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}

/** Rows with a body get marks of their own, with their author; others share them. */
function showRows(rows: readonly Record<string, unknown>[], source: string, mark: string): string[] {
  if (rows.length === 0) return [];
  if (!rows.some((row) => row.body !== undefined)) {
    return [fence(rows.map((row) => JSON.stringify(row)).join('\n'), { source }, mark)];
  }
  return rows.map(({ body, ...facts }) =>
    fence(`${JSON.stringify(facts)}\n${body ?? ''}`, { source, author: String(facts.author) }, mark),
  );
}
