import * as z from 'zod';
import type { Contract } from './loopback.fixture.ts';

/** Keys as they look at the vendors, and none of theirs. */
export const keys = {
  brave: 'BSAtestKEY0123456789abcdef',
  tavily: 'tvly-test-0123456789abcdef',
  exa: 'e0e0e0e0-1111-2222-3333-444455556666',
  google: 'AIzaTEST0123456789abcdefghijklmnopqrstuv',
  engine: '0123456789abcdef0',
} as const;

const day = /^\d{4}-\d{2}-\d{2}$/;
const Json = z.literal('application/json');
const Host = z.string().regex(/^[a-z0-9.-]+(\/.*)?$/);
const int = (from: number, to: number) => z.coerce.number().int().min(from).max(to);

export const braveContract: Contract = {
  method: 'GET',
  path: '/res/v1/web/search',
  headers: z.strictObject({ accept: Json, 'x-subscription-token': z.literal(keys.brave) }),
  query: z.strictObject({
    q: z.string().min(1).max(400),
    count: int(1, 20),
    offset: int(0, 9),
    result_filter: z.literal('web'),
    text_decorations: z.enum(['true', 'false']),
    safesearch: z.enum(['off', 'moderate', 'strict']).optional(),
    freshness: z
      .string()
      .regex(/^(p[dwmy]|\d{4}-\d{2}-\d{2}to\d{4}-\d{2}-\d{2})$/)
      .optional(),
    search_lang: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]{2,4})?$/)
      .optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
  }),
};

export const tavilyContract: Contract = {
  method: 'POST',
  path: '/search',
  headers: z.strictObject({
    accept: Json,
    'content-type': Json,
    authorization: z.literal(`Bearer ${keys.tavily}`),
  }),
  query: z.strictObject({}),
  body: z.strictObject({
    query: z.string().min(1),
    search_depth: z.enum(['basic', 'advanced', 'fast', 'ultra-fast']),
    max_results: z.int().min(0).max(20),
    include_usage: z.boolean(),
    include_domains: z.array(Host).max(300).optional(),
    exclude_domains: z.array(Host).max(150).optional(),
    start_date: z.string().regex(day).optional(),
    end_date: z.string().regex(day).optional(),
    time_range: z.enum(['day', 'week', 'month', 'year']).optional(),
    country: z
      .string()
      .regex(/^[a-z ]+$/)
      .optional(),
  }),
};

export const exaContract: Contract = {
  method: 'POST',
  path: '/search',
  headers: z.strictObject({ accept: Json, 'content-type': Json, 'x-api-key': z.literal(keys.exa) }),
  query: z.strictObject({}),
  body: z.strictObject({
    query: z.string().min(1),
    type: z.enum(['auto', 'neural', 'fast', 'deep', 'instant']),
    numResults: z.int().min(1).max(100),
    contents: z.strictObject({ highlights: z.literal(true) }),
    includeDomains: z.array(Host).max(1200).optional(),
    excludeDomains: z.array(Host).max(1200).optional(),
    startPublishedDate: z.iso.datetime().optional(),
    endPublishedDate: z.iso.datetime().optional(),
    userLocation: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    moderation: z.boolean().optional(),
  }),
};

export const googleContract: Contract = {
  method: 'GET',
  path: '/customsearch/v1',
  headers: z.strictObject({ accept: Json, 'x-goog-api-key': z.literal(keys.google) }),
  query: z.strictObject({
    q: z.string().min(1),
    cx: z.literal(keys.engine),
    num: int(1, 10),
    start: int(1, 91),
    siteSearch: Host.optional(),
    siteSearchFilter: z.enum(['e', 'i']).optional(),
    fileType: z.string().optional(),
    safe: z.enum(['active', 'off']).optional(),
    lr: z
      .string()
      .regex(/^lang_[a-z]{2}(-[A-Z]{2})?$/)
      .optional(),
    gl: z
      .string()
      .regex(/^[a-z]{2}$/)
      .optional(),
    dateRestrict: z
      .string()
      .regex(/^[dwmy]\d+$/)
      .optional(),
    sort: z
      .string()
      .regex(/^date:r:\d{8}:\d{8}$/)
      .optional(),
  }),
};

export const searxngContract: Contract = {
  method: 'GET',
  path: '/search',
  headers: z.strictObject({ accept: Json, authorization: z.string().optional() }),
  query: z.strictObject({
    q: z.string().min(1),
    format: z.literal('json'),
    categories: z.string(),
    pageno: int(1, 20),
    time_range: z.enum(['day', 'week', 'month', 'year']).optional(),
    language: z
      .string()
      .regex(/^[a-z]{2}(-[A-Z]{2})?$/)
      .optional(),
    safesearch: z.enum(['0', '1', '2']).optional(),
  }),
};

export const duckduckgoContract: Contract = {
  method: 'POST',
  path: '/html/',
  headers: z.strictObject({
    accept: z.literal('text/html'),
    'content-type': z.literal('application/x-www-form-urlencoded'),
  }),
  query: z.strictObject({}),
  body: z.strictObject({
    q: z.string().min(1),
    b: z.literal('').optional(),
    kl: z
      .string()
      .regex(/^[a-z]{2}-[a-z]{2}$/)
      .optional(),
    df: z
      .string()
      .regex(/^([dwmy]|\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2})$/)
      .optional(),
    kp: z.enum(['1', '-1', '-2']).optional(),
    // The form of the next page.
    s: z.string().optional(),
    nextParams: z.string().optional(),
    v: z.string().optional(),
    o: z.string().optional(),
    dc: z.string().optional(),
    api: z.string().optional(),
    vqd: z.string().optional(),
  }),
};
