import { DatabaseSettings, setting } from '@mcp-servers/core';
import * as z from 'zod';

/** What the command line reads of the servers' environment: which store, and how much to say. */
export const CliSettings = z.object({
  ...DatabaseSettings.shape,
  LOG_LEVEL: setting.level.default('warn').describe('trace, debug, info, warn, error, fatal or silent'),
});
export type CliSettings = z.infer<typeof CliSettings>;
