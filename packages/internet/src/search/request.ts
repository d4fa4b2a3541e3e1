import { ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { readCursor } from './cursor.ts';
import type { SearchQuery } from './types.ts';

const Text = z.string().trim().min(1).max(400);

const Day = z.iso
  .date()
  .refine((day) => day >= '1990-01-01' && day < '2200-01-01', 'must be a day of the web, from 1990 on.');

/** `https://www.example.com/docs/` is the site `example.com/docs`. */
const Site = z
  .string()
  .trim()
  .toLowerCase()
  .max(200)
  .transform((raw) =>
    raw
      .replace(/^https?:\/\//, '')
      .replace(/^www\./, '')
      .replace(/\/+$/, ''),
  )
  .refine(
    (site) => /^(?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]+(?:\/[\p{L}\p{N}\-._~%/]+)?$/u.test(site),
    'must be a host name, a path may follow.',
  );

const Sites = z.array(Site).max(10);

/** Parameters of a search, for the input of a tool. */
export const searchParameters = {
  query: Text.optional().describe('Words to search for'),
  queries: z.array(Text).min(1).max(5).optional().describe('Up to 5 searches at once, merged into one list'),
  sites: Sites.optional().describe('Only these hosts and their subdomains; a path may follow'),
  exclude_sites: Sites.optional().describe('Not these hosts'),
  since: Day.optional().describe('Published on or after, YYYY-MM-DD'),
  until: Day.optional().describe('Published on or before, YYYY-MM-DD'),
  within: z.enum(['day', 'week', 'month', 'year']).optional().describe('Published in the last'),
  language: z
    .string()
    .regex(/^[a-zA-Z]{2}$/)
    .toLowerCase()
    .optional()
    .describe('ISO 639-1, like en'),
  region: z
    .string()
    .regex(/^[a-zA-Z]{2}$/)
    .toUpperCase()
    .optional()
    .describe('ISO 3166-1, like US'),
  safe: z.enum(['off', 'moderate', 'strict']).optional().describe('Filter of adult pages'),
  file_type: z
    .string()
    .regex(/^\.?[a-zA-Z0-9]{1,8}$/)
    .toLowerCase()
    .transform((type) => type.replace(/^\./, ''))
    .optional()
    .describe('Extension, like pdf'),
  providers: z
    .array(z.string().max(30))
    .min(1)
    .max(6)
    .optional()
    .describe('Ask all of these and merge, instead of the first that answers'),
  limit: z.int().min(1).max(50).default(10).describe('Results'),
  cursor: z.string().max(8_000).optional().describe('From the answer before, with nothing else but limit'),
};

export const SearchRequest = z.strictObject(searchParameters);
export type SearchRequest = z.input<typeof SearchRequest>;

/** A request that was checked: what identifies the answer, and the part of it that is wanted. */
export interface SearchPlan {
  queries: readonly SearchQuery[];
  providers?: readonly string[];
  /** Of the first result of this page, from 0. */
  position: number;
  limit: number;
  /** Equal for requests with the same answer. */
  key: string;
}

type Asked = Omit<z.output<typeof SearchRequest>, 'limit' | 'cursor'>;

/** Throws ValidationError, which names what to change. */
export function planSearch(request: SearchRequest): SearchPlan {
  const { limit, cursor, ...asked } = check(request);
  if (cursor === undefined) return { ...toPlan(asked), position: 0, limit };
  const given = Object.keys(asked).filter((name) => asked[name as keyof Asked] !== undefined);
  if (given.length > 0) {
    throw new ValidationError(`cursor goes alone or with limit; ${given.join(', ')} cannot be changed on the way.`, {
      hint: 'Leave them out, or search anew without cursor.',
    });
  }
  const { position, asked: before } = readCursor(cursor);
  return { ...toPlan(check(before)), position, limit };
}

function check(request: unknown): z.output<typeof SearchRequest> {
  const result = SearchRequest.safeParse(request);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`);
  throw new ValidationError(`The search is not possible: ${problems.slice(0, 5).join('; ')}`, {
    hint: 'Correct the arguments.',
  });
}

function toPlan(asked: Asked): Pick<SearchPlan, 'queries' | 'providers' | 'key'> {
  const texts = [...new Set([...(asked.query === undefined ? [] : [asked.query]), ...(asked.queries ?? [])])];
  if (texts.length === 0 || texts.length > 5) {
    throw new ValidationError('A search needs query, or queries with one to five of them.', { hint: 'Give query.' });
  }
  if (asked.since !== undefined && asked.until !== undefined && asked.since > asked.until) {
    throw new ValidationError(`since ${asked.since} is after until ${asked.until}.`, { hint: 'Exchange them.' });
  }
  const options = toOptions(asked);
  const providers = asked.providers && [...new Set(asked.providers.map((name) => name.toLowerCase()))].sort();
  return {
    queries: texts.map((text) => ({ text, ...options, page: 1 })),
    ...(providers && { providers }),
    key: JSON.stringify([texts, options, providers]),
  };
}

function toOptions(asked: Asked): Omit<SearchQuery, 'text' | 'page'> {
  const { since, until, within, language, region, safe, file_type: fileType } = asked;
  return {
    sites: [...new Set(asked.sites ?? [])].sort(),
    excludeSites: [...new Set(asked.exclude_sites ?? [])].sort(),
    ...(since && { since }),
    ...(until && { until }),
    ...(within && { within }),
    ...(language && { language }),
    ...(region && { region }),
    ...(safe && { safe }),
    ...(fileType && { fileType }),
  };
}

/** The arguments that make the same plan, for a cursor. */
export function toArguments({
  queries,
  providers,
}: Pick<SearchPlan, 'queries' | 'providers'>): Record<string, unknown> {
  const [first] = queries;
  const { sites = [], excludeSites = [], fileType, text, page, ...rest } = first ?? {};
  return {
    queries: queries.map((query) => query.text),
    ...(sites.length > 0 && { sites }),
    ...(excludeSites.length > 0 && { exclude_sites: excludeSites }),
    ...(fileType && { file_type: fileType }),
    ...(providers && { providers }),
    ...rest,
  };
}
