import { defineTool } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';
import * as z from 'zod';
import type { GitHub, GitHubCall } from '../client/index.ts';
import { bodyWithin, contentBudget, jsonLength, roomOfEach } from '../read/budget.ts';
import { readDuplicateOf } from '../read/duplicate.ts';
import { type IssuePart, issueLabel, issueParts, readIssue, readIssuePart, toIssueRow } from '../read/issue.ts';
import { readLinkedPulls } from '../read/linked-pulls.ts';
import { Place, resume } from '../read/listing/index.ts';
import type { GitHubDeps } from './deps.ts';
import { needed } from './needed.ts';
import { listFacts, PartLists, settle } from './part-lists.ts';
import { more, pairs, writtenText } from './rows-text.ts';
import { Cursor, IssueNumber, Limit, MaxChars, Repo, Row } from './schemas.ts';

const kind = 'issue';
/** Characters that a list gets even beside a long body, cursor included. */
const leastOfList = 600;
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
    lists: PartLists,
  }),

  async run({ cursor, ...asked }, { github }: GitHubDeps, { signal, maxChars }) {
    const how = { call: { signal }, maxChars: contentBudget(maxChars) };
    return cursor === undefined ? whole(github, asked, how) : nextPage(github, { ...asked, cursor }, how);
  },

  text({ source, issue, lists }) {
    const mark = newMark();
    const { body, ...facts } = issue ?? {};
    const author = String(facts.author);
    return [
      source,
      ...(issue
        ? [
            fence(pairs(facts), { source }, mark),
            typeof body === 'string' && body !== '' ? fence(body, { source, author }, mark) : '(no text)',
            ...(facts.body_truncated ? [`The body has ${facts.body_chars} characters; give a larger max_chars.`] : []),
          ]
        : []),
      ...Object.entries(lists).flatMap(([part, { items, next_cursor, ...about }]) => [
        `${part}: ${listFacts({ items, ...about })}`,
        ...writtenText(items, part === 'comments' ? `a comment on ${source}` : source, mark),
        ...more('github_issue', next_cursor, { of: part }),
      ]),
    ].join('\n');
  },
});

interface Asked {
  readonly repo?: string | undefined;
  readonly number?: number | undefined;
  readonly include: readonly (IssuePart | 'linked_pulls')[];
  readonly limit: number;
}

interface How {
  readonly call: GitHubCall;
  readonly maxChars: number;
}

/** The issue and the first page of every list that is asked for. */
async function whole(github: GitHub, { repo, number, include, limit }: Asked, { call, maxChars }: How) {
  if (repo === undefined || number === undefined) throw needed('repo and number');
  const name = { ...github.repo(repo), number };
  const issue = await readIssue(github, name, call);
  const duplicate_of = await readDuplicateOf(github, { ...name, issue }, call);
  const wanted = [...new Set(include)];
  const row = { ...toIssueRow(issue), ...(duplicate_of && { duplicate_of }) };
  const left = maxChars - jsonLength(row);
  // A long body leaves room for the lists.
  const body = bodyWithin(issue.body, left - Math.min(wanted.length * leastOfList, Math.floor(left / 2)));
  const room = roomOfEach(left - jsonLength(body), wanted.length);
  const read = (part: IssuePart | 'linked_pulls') => {
    if (part === 'linked_pulls') return readLinkedPulls(github, name, { first: limit, maxChars: room, ...call });
    const query = { repo: `${name.owner}/${name.repo}`, number, part };
    const asked = { kind, query, place: undefined, limit, maxChars: room };
    return readIssuePart(github, { ...name, part }, { asked, call });
  };
  const lists = await Promise.all(wanted.map(async (part) => [part, await settle(read(part))] as const));
  return { source: issueLabel(name), issue: { ...row, ...body }, lists: Object.fromEntries(lists) };
}

/** The next page of one list. */
async function nextPage(
  github: GitHub,
  { repo, number, limit, cursor }: Asked & { cursor: string },
  { call, maxChars }: How,
) {
  const { query, place } = resume(cursor, { repo, number }, { kind, query: Continued, place: Place });
  const { part } = query;
  const name = { ...github.repo(query.repo), number: query.number };
  const page = await readIssuePart(github, { ...name, part }, { asked: { kind, query, place, limit, maxChars }, call });
  return { source: issueLabel(name), lists: { [part]: page } };
}

/** How many rows are here, or why there are none. */
