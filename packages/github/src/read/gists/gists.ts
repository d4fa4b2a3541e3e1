import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { counted } from '../counted.ts';
import { keepLines, share, showLines, wantOf } from '../files/lines.ts';
import { given, telling } from '../given.ts';
import { type Asked, type ListAsked, listPages, Place, resume } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';
import { gistComments } from './comments.ts';
import { fetchGist, type Gist, storedFiles } from './stored.ts';

export const gistParts = ['comments', 'history'] as const;

const GistsQuery = z.strictObject({
  gist_id: z.string().max(100).optional(),
  user: z.string().max(100).optional(),
  starred: z.boolean().optional(),
  since: z.string().max(40).optional(),
  include: z.array(z.enum(gistParts)).max(2).optional(),
});
type GistsQuery = z.infer<typeof GistsQuery>;

type GistsAsked = Asked<GistsQuery> & {
  /** First line of the files of one gist. */
  readonly from?: number | undefined;
};

type Row = Record<string, unknown>;

const kind = 'gists';

export interface GistFile {
  name: string;
  size: number;
  content?: string;
  from?: number;
  to?: number;
  lines?: number;
  next_from?: number;
  note?: string;
}

export interface GistsAnswer {
  gist?: Row;
  files?: GistFile[];
  /** The last ones, newest first. */
  history?: Row[];
  /** Gists, or comments on the one. */
  rows: Row[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

/** Gists of the credential's user or of another, or one with its files. */
export async function readGists(
  github: GitHub,
  { limit, cursor, from = 1, ...asked }: GistsAsked,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<GistsAnswer> {
  const { query, place } = resume(cursor, asked, { kind, query: GistsQuery, place: Place });
  checkQuery(query);
  const how = { asked: { kind, query, place, limit, maxChars: contentBudget(maxChars) }, call };
  if (query.gist_id !== undefined) return one(github, query.gist_id, { ...how, query, from });
  const { user, since } = query;
  const mine = query.starred ? 'GET /gists/starred' : 'GET /gists';
  const { items, next_cursor, truncated } = await listPages(
    github,
    user === undefined
      ? { route: mine, parameters: given({ since }), toRow }
      : { route: 'GET /users/{username}/gists', parameters: given({ username: user, since }), toRow },
    how,
  );
  return {
    rows: items,
    ...given({ next_cursor, truncated }),
    notes: items.length === 0 && next_cursor === undefined ? ['There are no gists.'] : [],
  };
}

/** Throws ValidationError for arguments that do not go together. */
function checkQuery({ gist_id, user, starred, since, include }: GistsQuery): void {
  if (gist_id === undefined && include)
    throw new ValidationError('include is for one gist.', { hint: 'Give its gist_id.' });
  if (gist_id !== undefined && (user ?? starred ?? since) !== undefined) {
    throw new ValidationError('user, starred and since are of lists.', { hint: 'Leave them out, or gist_id.' });
  }
  if (user !== undefined && starred) {
    throw new ValidationError('starred: GitHub lists only those that you starred.', { hint: 'Leave out user.' });
  }
}

type Listed = RestData<'GET /gists'>[number];

function toRow(
  gist: Pick<Listed, 'id' | 'description' | 'owner' | 'public' | 'files' | 'comments' | 'updated_at'>,
): Row {
  return telling({
    gist_id: gist.id,
    title: gist.description,
    author: loginOf(gist.owner),
    secret: !gist.public,
    files: Object.keys(gist.files).slice(0, 20),
    comments: gist.comments,
    updated_at: gist.updated_at,
  });
}

interface OneAsked {
  readonly query: GistsQuery;
  /** First line of its files. */
  readonly from: number;
  /** With the place where its comments go on; its files were shown before. */
  readonly asked: ListAsked;
  readonly call: GitHubCall;
}

async function one(github: GitHub, gist_id: string, { query, from, asked, call }: OneAsked): Promise<GistsAnswer> {
  const { include = [] } = query;
  const commentsOf = async (maxChars: number) => {
    const { items, next_cursor, truncated } = await gistComments(github, gist_id, {
      asked: { ...asked, maxChars },
      call,
    });
    return { rows: items, ...given({ next_cursor, truncated }) };
  };
  if (asked.place) return { ...(await commentsOf(asked.maxChars)), notes: [] };
  const data = await fetchGist(github, gist_id, call);
  const gist = { ...toRow(data as Listed), ...telling({ url: data.html_url, fork_of: data.fork_of?.id }) };
  const history = include.includes('history') ? historyOf(data) : undefined;
  const room = asked.maxChars - jsonLength(gist) - (history ? jsonLength(history) : 0);
  const comments = include.includes('comments') ? await commentsOf(Math.floor(room / 2)) : { rows: [] };
  const { files, left } = filesOf(data, { from, maxChars: room - jsonLength(comments.rows) });
  const cut = left > 0 || files.some(({ next_from }) => next_from !== undefined);
  const notes = [
    ...(left > 0 ? [`${counted(left, 'more file')} did not fit; a larger max_chars shows them.`] : []),
    ...(data.truncated ? ['It has more files; GitHub shows 300.'] : []),
    ...(include.includes('comments') && comments.rows.length === 0 ? ['There are no comments.'] : []),
  ];
  return { gist, files, ...(history && { history }), ...comments, ...(cut && { truncated: true }), notes };
}

const mostVersions = 10;

const historyOf = ({ history = [] }: Gist): Row[] =>
  (history ?? []).slice(0, mostVersions).map(({ version, committed_at, user, change_status }) => ({
    ...{ version, author: loginOf(user), at: committed_at },
    ...telling({ additions: change_status?.additions, deletions: change_status?.deletions }),
  }));

/** What a file has beside its name and its text, marks included. */
const factsChars = 250;

function filesOf(
  data: Gist,
  { from, maxChars }: { from: number; maxChars: number },
): { files: GistFile[]; left: number } {
  const all = [...storedFiles(data).values()];
  let room = maxChars;
  const end = all.findIndex(({ name }, index) => {
    room -= jsonLength(name) + factsChars;
    return index > 0 && room < maxChars / 3;
  });
  const files = end === -1 ? all : all.slice(0, end);
  const texts = files.map(({ text }) => keepLines(text, { from }, maxChars));
  const shares = share(
    room,
    texts.map((text) => wantOf(text)),
  );
  const shown = files.map(({ name, size, partial }, index): GistFile => {
    const kept = texts[index];
    const { note, ...part } = kept ? showLines(kept, { room: shares[index] ?? 0 }) : { note: undefined };
    const notes = [...(note ? [note] : []), ...(partial === undefined ? [] : [partial])];
    return { name, size, ...part, ...(notes.length > 0 && { note: notes.join(' ') }) };
  });
  return { files: shown, left: all.length - files.length };
}
