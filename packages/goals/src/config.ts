import { CommonSettings, DatabaseSettings, RedisSettings, setting } from '@mcp-servers/core';
import * as z from 'zod';

/** Every setting of this server's environment. */
export const GoalsSettings = z.object({
  GOALS_ACTOR: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe("Name stored with every change (default: the client's name)"),
  GOALS_TOOLSETS: setting.names.optional().describe('Toolsets to offer: core or all (default: all)'),
  GOALS_TOOLS: setting.names.optional().describe('Single tools to offer, beside the toolsets'),
  GOALS_READ_ONLY: setting.flag.default(false).describe('true offers only tools that read'),
  GOALS_ALLOW_PURGE: setting.flag.default(false).describe('true lets delete_items purge deleted items for ever'),
  GOALS_TRANSFER_DIRS: setting.folders
    .optional()
    .describe('Folders for import and export beside <home>/transfer, separated as in PATH'),
  ...DatabaseSettings.shape,
  ...RedisSettings.shape,
  ...CommonSettings.shape,
});
export type GoalsSettings = z.infer<typeof GoalsSettings>;
