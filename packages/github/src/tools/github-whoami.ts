import { defineTool } from '@mcp-servers/core';
import { fence } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { whoami } from '../read/whoami.ts';
import type { GitHubDeps } from './deps.ts';
import { label, pairs } from './rows-text.ts';

export const githubWhoami = defineTool({
  name: 'github_whoami',
  title: 'Who am I on GitHub',
  description:
    'The account behind the credential, its kind and scopes, the quotas that are left, and the policy of this server: allowed repositories, read-only, toolsets, what was read in private.',
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
      toolsets: z.array(z.string()),
      tools: z.array(z.string()).optional(),
      destroying: z.string(),
    }),
    notes: z.array(z.string()),
  }),

  async run(_, { github, selection = {} }: GitHubDeps, { signal }) {
    return whoami(github, selection, { signal });
  },

  text({ login, name, quotas, policy, notes, ...facts }) {
    const { repos, private_read, ...rules } = policy;
    const list = (names: readonly string[], none: string) => (names.length > 0 ? names.join(', ') : none);
    return [
      // A name is what its owner says it is.
      ...(login === undefined ? [] : [fence(pairs({ login, name }), { source: 'GitHub' })]),
      pairs(facts),
      ...Object.entries(quotas).map(([resource, { limit, remaining, resets_at }]) =>
        pairs({ name: `quota ${resource}`, remaining: `${remaining} of ${limit}`, resets_at }),
      ),
      pairs({ name: 'policy', ...rules }),
      label(`repositories: ${list(repos, 'all that the credential may see')}`),
      label(`read in private: ${list(private_read, 'nothing yet')}`),
      ...notes,
    ].join('\n');
  },
});
