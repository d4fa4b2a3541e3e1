import type { ToolSelection } from '@mcp-servers/core';
import type { GitHub, GitHubCall } from '../client/index.ts';

/** Account, credential, quotas and policy; asks GitHub twice, and neither question counts against a quota that matters. */
export async function whoami(github: GitHub, selection: ToolSelection, { signal }: Pick<GitHubCall, 'signal'>) {
  const { credential } = github.state();
  const hasUser = credential !== 'none' && credential !== 'app';
  const [user, limits] = await Promise.all([
    hasUser ? github.rest('GET /user', {}, { signal }) : undefined,
    // Enterprise Servers may have their limits switched off, and then answer 404.
    github.rest('GET /rate_limit', {}, { signal, expect: [404] }),
  ]);
  const { connection: _, policy, scopes, ...state } = github.state();
  const name = user?.data.name;
  return {
    ...(user && { login: user.data.login }),
    ...(name && { name }),
    ...state,
    ...(scopes && { scopes: [...scopes] }),
    quotas: limits.status === 200 ? quotasOf(limits.data.resources) : { ...state.quotas },
    policy: { ...policy, ...offered(selection), repos: [...policy.repos], private_read: [...policy.private_read] },
    notes: notesOf(github.state()),
  };
}

/** Toolsets, single tools, and whether those that destroy are among them. */
function offered({ toolsets = [], tools = [], defaultToolset = 'all', allowDestroy, readOnly }: ToolSelection) {
  const undecided = toolsets.length === 0 && tools.length === 0;
  return {
    toolsets: undecided ? [defaultToolset] : [...toolsets],
    ...(tools.length > 0 && { tools: [...tools] }),
    destroying: allowDestroy !== false && readOnly !== true ? ('offered' as const) : ('not offered' as const),
  };
}

type Resources = Readonly<
  Record<string, { limit: number; remaining: number; used: number; reset: number } | undefined>
>;

/** Those that a tool may meet; the rest only when something of it was used. */
const usual = ['core', 'search', 'code_search', 'graphql'];

function quotasOf(resources: Resources) {
  return Object.fromEntries(
    Object.entries(resources).flatMap(([name, quota]) =>
      quota && (usual.includes(name) || quota.used > 0)
        ? [[name, { limit: quota.limit, remaining: quota.remaining, resets_at: toDate(quota.reset) }]]
        : [],
    ),
  );
}

const toDate = (seconds: number): string => new Date(seconds * 1000).toISOString();

function notesOf({ credential, scopes, policy }: ReturnType<GitHub['state']>): string[] {
  return [
    ...(credential === 'none' ? ['No credential is configured: public reads only, 60 an hour, no GraphQL.'] : []),
    ...(credential === 'classic token' && scopes && !scopes.includes('repo')
      ? ['The token has no scope "repo": private repositories stay unseen.']
      : []),
    ...(policy.repos.length > 0 ? ['Only the repositories under policy.repos can be touched.'] : []),
    ...(policy.private_read.length > 0 && policy.public_after_private === 'refused'
      ? ['Private data was read, so writing in public is refused until the server starts anew.']
      : []),
  ];
}
