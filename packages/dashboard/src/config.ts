import { CommonSettings, DatabaseSettings, RedisSettings, setting } from '@mcp-servers/core';
import { GoalsSettings } from '@mcp-servers/goals';
import * as z from 'zod';

const secret = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{16,500}$/, 'must be 16 to 500 characters without spaces.');

/** Every setting of the dashboard's environment. */
export const DashboardSettings = z.object({
  DASHBOARD_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(4747)
    .describe('Port of the page; 0 takes a free one'),
  DASHBOARD_HOST: z
    .string()
    .trim()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; another than loopback needs DASHBOARD_TOKEN'),
  DASHBOARD_ALLOWED_HOSTS: setting.names
    .optional()
    .describe('Names it may be asked by, beside localhost and DASHBOARD_HOST'),
  DASHBOARD_TOKEN: secret.optional().describe('Who has it may do everything (default: made at first start, in <home>)'),
  DASHBOARD_SCRAPE_TOKEN: secret.optional().describe('Who has it may read /metrics, nothing else'),
  DASHBOARD_CREATE_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe('Goals and tasks that one client may create in a minute, in requests'),
  GOALS_ACTOR: GoalsSettings.shape.GOALS_ACTOR,
  ...DatabaseSettings.shape,
  ...RedisSettings.shape,
  ...CommonSettings.shape,
});
export type DashboardSettings = z.infer<typeof DashboardSettings>;
