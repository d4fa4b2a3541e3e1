import { z } from 'zod';
import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { contentBudget, jsonLength } from '../budget.ts';
import { excerpt, linesOf, share } from '../files/lines.ts';
import { given, telling } from '../given.ts';
import { firstPlace, hasNext, Place, resume, scan, toCursor } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';

const GistsQuery = z.strictObject({
  gist_id: z.string().max(100).optional(),
  user: z.string().max(100).optional(),
  starred: z.boolean().optional(),
  since: z.string().max(40).optional(),
});
type GistsQuery = z.infer<typeof GistsQuery>;

export type GistsAsked = { readonly [K in keyof GistsQuery]?: GistsQuery[K] | undefined } & {
  /** First line of the files of one gist. */
  readonly from?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

type Row = Record<string, unknown>;

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
  const { query, place } = resume(cursor, asked, { kind: 'gists', query: GistsQuery, place: Place });
  const budget = contentBudget(maxChars);
  if (query.gist_id !== undefined) return one(github, { gist_id: query.gist_id, from, maxChars: budget }, call);
  const found = await scan({
    ...{ from: place ?? firstPlace(limit), limit, maxChars: budget, toRow },
    async fetch(page, size) {
      const sent = given({ since: query.since, page, per_page: size });
      const { data, headers } =
        query.user !== undefined
          ? await github.rest('GET /users/{username}/gists', { ...sent, username: query.user }, call)
          : await github.rest(query.starred ? 'GET /gists/starred' : 'GET /gists', sent, call);
      return { items: data, more: hasNext(headers) };
    },
  });
  return {
    rows: found.rows,
    ...(found.next && { next_cursor: toCursor('gists', query, found.next) }),
    ...(found.cut === 'budget' && { truncated: true }),
    notes: found.rows.length === 0 && !found.next ? ['There are no gists.'] : [],
  };
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

async function one(
  github: GitHub,
  { gist_id, from, maxChars }: { gist_id: string; from: number; maxChars: number },
  call: GitHubCall,
): Promise<GistsAnswer> {
  const { data } = await github.rest('GET /gists/{gist_id}', { gist_id }, call);
  const gist = toRow(data as Listed);
  const files = Object.values(data.files ?? {}).filter((file) => file !== undefined && file !== null);
  const texts = files.map(({ content = '' }) => linesOf(content));
  const wants = texts.map((lines) => lines.slice(from - 1).reduce((sum, line) => sum + jsonLength(line) - 2, 2));
  const shares = share(maxChars - jsonLength(gist) - files.length * 150, wants);
  const shown = files.map(({ filename = '', size = 0, truncated }, index): GistFile => {
    const lines = texts[index] ?? [];
    const about = { name: filename, size };
    if (from > Math.max(lines.length, 1)) return { ...about, lines: lines.length };
    const { next, cutInLine, ...part } = excerpt(lines, { from }, shares[index] ?? 0);
    const notes = [
      ...(cutInLine === undefined ? [] : [`Line ${part.to} was cut after ${cutInLine} characters.`]),
      ...(truncated ? ['GitHub gives the first megabyte of it.'] : []),
    ];
    return { ...about, ...part, ...(next && { next_from: next }), ...(notes.length > 0 && { note: notes.join(' ') }) };
  });
  const cut = shown.some(({ next_from }) => next_from !== undefined);
  return { gist, files: shown, rows: [], ...(cut && { truncated: true }), notes: [] };
}
