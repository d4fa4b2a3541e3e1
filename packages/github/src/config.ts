import { CommonSettings, RedisSettings, setting, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import { addressesOf, type Credential, publicApi } from './client/index.ts';

const token = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, 'must be one line of printable ASCII characters without blanks.');

const pattern = z
  .string()
  .regex(/^!?[\w.*-]+\/[\w.*-]+$/, 'every repository is owner/name or owner/*, with ! in front to leave one out.');

const address = z
  .string()
  .trim()
  .superRefine((value, context) => {
    try {
      addressesOf(value);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      context.addIssue({ code: 'custom', message: `${error.message} ${error.hint ?? ''}` });
    }
  });

/** Every setting of this server's environment. */
export const GitHubSettings = z.object({
  GITHUB_TOKEN: token.optional().describe('Token, classic or fine-grained; without one only public reads work'),
  GITHUB_PERSONAL_ACCESS_TOKEN: token.optional().describe('The same, when GITHUB_TOKEN is not set'),
  GITHUB_APP_ID: z.string().trim().min(1).max(100).optional().describe('Id of a GitHub App, instead of a token'),
  GITHUB_APP_PRIVATE_KEY: z
    .string()
    .regex(/^-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'must be a PEM text; GITHUB_APP_PRIVATE_KEY_FILE names a file of it.')
    .optional()
    .describe('Its private key, PEM'),
  GITHUB_APP_INSTALLATION_ID: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .describe('Installation to use, when the app has more than one'),
  GITHUB_API_URL: address.default(publicApi).describe('API of an Enterprise Server: https://<host>/api/v3'),
  GITHUB_REPOS: setting.names
    .pipe(z.array(pattern).min(1, 'names no repository.'))
    .optional()
    .describe('The only repositories that are touched: owner/name, owner/*, !owner/name (default: all)'),
  GITHUB_READ_ONLY: setting.flag.default(false).describe('true offers only tools that read'),
  GITHUB_TOOLSETS: setting.names
    .optional()
    .describe(
      'Toolsets: default, repos, issues, pulls, actions, releases, discussions, notifications, gists, projects, security or all (default: default)',
    ),
  GITHUB_TOOLS: setting.names.optional().describe('Single tools to offer, beside the toolsets'),
  GITHUB_ALLOW_DESTROY: setting.flag.default(false).describe('true offers tools that merge or delete'),
  GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE: setting.flag
    .default(false)
    .describe('true lets it write to public places after private data was read'),
  HTTP_CACHE_SHARED: setting.flag
    .default(false)
    .describe('true keeps answers in Redis, where everyone who reads that Redis can read them'),
  ...RedisSettings.shape,
  ...CommonSettings.shape,
});
export type GitHubSettings = z.infer<typeof GitHubSettings>;

/** The credential that the settings mean. Throws ValidationError when they mean two, or half of one. */
export function credentialOf(config: GitHubSettings): Credential {
  const { GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: privateKey } = config;
  const given = config.GITHUB_TOKEN ?? config.GITHUB_PERSONAL_ACCESS_TOKEN;
  const app = appId !== undefined || privateKey !== undefined;
  if (given !== undefined && app) {
    throw new ValidationError('Both a token and a GitHub App are configured.', {
      hint: 'Keep GITHUB_TOKEN, or GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY.',
    });
  }
  if (given !== undefined) return { kind: 'token', token: given };
  if (!app) return { kind: 'none' };
  if (appId === undefined || privateKey === undefined) {
    throw new ValidationError('Of a GitHub App only one half is configured.', {
      hint: 'Set both GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY (or GITHUB_APP_PRIVATE_KEY_FILE).',
    });
  }
  return { kind: 'app', appId, privateKey, installationId: config.GITHUB_APP_INSTALLATION_ID };
}
