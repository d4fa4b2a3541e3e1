import { selectTools } from '@mcp-servers/core';
import { createMemoryCache, createRedisCache, httpMetrics } from '@mcp-servers/core/http';
import { createPolicy, policyMetrics } from '@mcp-servers/core/resilience';
import { runServer } from '@mcp-servers/core/run';
import { createPace, openGitHub, policyLimits } from './client/index.ts';
import { credentialOf, GitHubSettings } from './config.ts';
import { createGitHubServer, operations, toSelection } from './server.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';

await runServer({
  ...{ name: 'github', about: 'GitHub for AI agents', version, settings: GitHubSettings },
  ...{ metricsPrefix: 'mcp', operations },

  open(config, { log, metrics }) {
    const shared = config.HTTP_CACHE_SHARED ? createRedisCache({ redis: config, log }) : undefined;
    const pace = createPace({ redis: config, log, metrics });
    const github = openGitHub({
      ...{ apiUrl: config.GITHUB_API_URL, credential: credentialOf(config), repos: config.GITHUB_REPOS },
      ...{ readOnly: config.GITHUB_READ_ONLY, allowPublicAfterPrivate: config.GITHUB_ALLOW_PUBLIC_AFTER_PRIVATE },
      ...{ version, pace, log, cache: shared ?? createMemoryCache(), metrics: httpMetrics(metrics) },
      policy: createPolicy({ name: 'GitHub', limits: policyLimits, onEvent: policyMetrics(metrics) }),
    });
    const selection = toSelection(config);
    return {
      factory: createGitHubServer({ deps: { github }, log, metrics, selection }),
      tools: selectTools(tools, selection),
      checks: async () => ({ github: github.health }),
      async close() {
        pace.close();
        shared?.close();
      },
    };
  },
});
