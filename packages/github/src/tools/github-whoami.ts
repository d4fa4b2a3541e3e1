import { defineTool } from '@mcp-servers/core';
import { z } from 'zod';
import { whoami } from '../read/whoami.ts';
import type { GitHubDeps } from './deps.ts';

export const githubWhoami = defineTool({
  name: 'github_whoami',
  title: 'Who am I on GitHub',
  description:
    'The account behind the credential, its kind and scopes, the quotas that are left, and the policy of this server: allowed repositories, read-only, what was read in private.',
  effect: 'read',
  openWorld: true,
  toolsets: [
    'default',
    'repos',
    'issues',
    'pulls',
    'actions',
    'releases',
    'discussions',
    'notifications',
    'gists',
    'projects',
    'security',
  ],
  input: z.strictObject({}),
  output: z.object({
    login: z.string().optional(),
    name: z.string().optional(),
    url: z.string(),
    credential: z.string(),
    scopes: z.array(z.string()).optional(),
    token_expires: z.string().optional(),
    quotas: z.record(z.string(), z.object({ limit: z.number(), remaining: z.number(), resets_at: z.string() })),
    policy: z.object({
      read_only: z.boolean(),
      repos: z.array(z.string()),
      public_after_private: z.string(),
      private_read: z.array(z.string()),
    }),
    notes: z.array(z.string()),
  }),

  async run(_, { github }: GitHubDeps, { signal }) {
    return whoami(github, { signal });
  },
});
