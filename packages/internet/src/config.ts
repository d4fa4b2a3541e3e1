import { CommonSettings, RedisSettings, setting } from '@mcp-servers/core';
import * as z from 'zod';
import { searchSettings } from './search/settings.ts';

const ports = setting.names.transform((names) => names.map(Number)).pipe(z.array(z.int().min(1).max(65_535)).min(1));
const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Every setting of this server's environment. */
export const InternetSettings = z.object({
  ...searchSettings,
  WEB_ALLOW_DOMAINS: setting.names
    .optional()
    .describe('The only domains that are fetched, with their subdomains (default: all)'),
  WEB_DENY_DOMAINS: setting.names.optional().describe('Domains that are never fetched, with their subdomains'),
  WEB_PORTS: ports.default([80, 443]).describe('Ports that are fetched from'),
  WEB_ALLOW_PRIVATE: setting.names
    .optional()
    .describe('Address blocks of an intranet to open, like 10.1.0.0/16 or 192.168.1.5/32:8080'),
  WEB_TRUST_PROXY: setting.flag
    .default(false)
    .describe('true goes through the proxy of the environment, which then has to refuse private addresses'),
  WEB_ROBOTS: setting.flag.default(true).describe('false fetches what robots.txt asks robots not to fetch'),
  WEB_USER_AGENT: z
    .string()
    .trim()
    .regex(/^[\x20-\x7e]{1,200}$/, 'must be printable ASCII, at most 200 characters.')
    .optional()
    .describe(
      'Name sent to sites (default: mcp-internet/<version>); robots.txt is asked for its first letters, - and _',
    ),
  WEB_MAX_BYTES: count(10_000, 100_000_000).default(10_000_000).describe('Bytes of one page, once it is decompressed'),
  WEB_TIMEOUT_S: count(1, 300).default(30).describe('Seconds for one page, with its redirects'),
  WEB_CACHE_MB: count(0, 1000).default(20).describe('Megabytes of pages kept in memory; 0 keeps none'),
  WEB_HOST_CALLS_PER_MINUTE: count(1, 10_000).default(120).describe('Requests to one host, at most'),
  WEB_TOOLSETS: setting.names.optional().describe('Toolsets to offer: search, read, site or all (default: all)'),
  WEB_TOOLS: setting.names.optional().describe('Single tools to offer, beside the toolsets'),
  WEB_READ_ONLY: setting.flag.default(false).describe('Accepted as everywhere: every tool of this server only reads'),
  ...RedisSettings.shape,
  ...CommonSettings.shape,
});
export type InternetSettings = z.infer<typeof InternetSettings>;
