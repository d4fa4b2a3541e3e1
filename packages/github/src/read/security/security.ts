import { NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { contentBudget, jsonLength, startWithin } from '../budget.ts';
import { given } from '../given.ts';
import { After, type Asked, firstAfter, resume, toCursor } from '../listing/index.ts';
import { alerts, readAdvisory } from './alert.ts';
import { type Listing, lists, type Row, takePage } from './lists.ts';
import { type SecurityKind, SecurityQuery, type SecurityWanted, toWanted } from './query.ts';

export interface SecurityAnswer {
  /** Missing for an advisory of GitHub's database. */
  repo?: string;
  kind: SecurityKind;
  /** Of one alert or advisory. */
  about?: Row;
  /** Its description, or the help of its rule. */
  body?: string;
  /** Alerts or advisories; of one alert the places it was found at, of an advisory what it affects. */
  rows: Row[];
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

interface Part extends Omit<SecurityAnswer, 'next_cursor'> {
  readonly next?: After | undefined;
}

/** Alerts or advisories of a repository, or one of them. What a leaked secret is is never shown, only where it is. */
export async function readSecurity(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<SecurityQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<SecurityAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'security', query: SecurityQuery, place: After });
  const wanted = toWanted(query);
  const listing = { from: place ?? firstAfter(limit), limit, maxChars: contentBudget(maxChars) };
  const { next, ...part } =
    wanted.one === undefined
      ? await readList(github, { wanted, listing }, call)
      : await readOne(github, { wanted, listing, goesOn: place !== undefined }, call);
  return { ...part, ...(next && { next_cursor: toCursor('security', query, next) }) };
}

async function readList(
  github: GitHub,
  { wanted, listing }: { wanted: Extract<SecurityWanted, { one: undefined }>; listing: Listing },
  call: GitHubCall,
): Promise<Part> {
  const { kind, state, severity } = wanted;
  const name = github.repo(wanted.repo);
  const page = await lists[kind](github, { ...name, state, severity, from: listing.from }, call);
  const { rows, next, cut } = takePage(page.rows, page.headers, listing);
  const none = rows.length === 0 && !next;
  return {
    ...{ repo: `${name.owner}/${name.repo}`, kind, rows, next },
    ...(cut && { truncated: true }),
    notes: none ? ['There are none, as far as this credential may see them.'] : [],
  };
}

/** Of the room for an answer. */
const bodyPart = 0.6;

interface OneAsked {
  readonly wanted: Exclude<SecurityWanted, { one: undefined }>;
  readonly listing: Listing;
  /** Not the first page. */
  readonly goesOn: boolean;
}

async function readOne(github: GitHub, { wanted, listing, goesOn }: OneAsked, call: GitHubCall): Promise<Part> {
  const name = wanted.repo === undefined ? undefined : github.repo(wanted.repo);
  const found =
    wanted.one === 'advisory'
      ? await readAdvisory(github, { ghsa_id: wanted.ghsa_id, name }, call).catch(whereElse(name !== undefined))
      : await alerts[wanted.kind](
          github,
          { ...github.repo(wanted.repo), alert_number: wanted.number, from: listing.from },
          call,
        );
  const text = goesOn ? '' : (found.text ?? '');
  const about = goesOn ? undefined : found.about;
  const body = startWithin(text, Math.floor(listing.maxChars * bodyPart));
  const maxChars = listing.maxChars - jsonLength(body) - jsonLength(about ?? '');
  const { rows, next, cut } = takePage(found.rows, found.headers ?? new Headers(), { ...listing, maxChars });
  const kind: SecurityKind = wanted.one === 'advisory' ? 'advisories' : wanted.kind;
  return given({
    ...{ repo: name && `${name.owner}/${name.repo}`, kind },
    ...{ about, body: body === '' ? undefined : body, rows, next },
    truncated: cut || body.length < text.length ? true : undefined,
    notes:
      body.length < text.length
        ? [`The text has ${text.length} characters, of which the first ${body.length} are here: a larger max_chars.`]
        : [],
  });
}

const whereElse =
  (inRepository: boolean) =>
  (error: unknown): never => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(error.message, {
      cause: error,
      hint: inRepository
        ? "Without repo it is looked for in GitHub's database."
        : 'Advisories that are not published are only in their repository: give repo.',
    });
  };
