import { selectTools } from '@mcp-servers/core';
import { runServer } from '@mcp-servers/core/run';
import { InternetSettings } from './config.ts';
import { openInternet } from './open.ts';
import { createInternetServer, operations } from './server.ts';
import { tools } from './tools/index.ts';
import { version } from './version.ts';

await runServer({
  ...{ name: 'internet', about: 'search, fetch and crawl the web for AI agents', version, settings: InternetSettings },
  ...{ metricsPrefix: 'mcp', operations },

  open(config, { log, metrics }) {
    const internet = openInternet(config, { log, metrics, env: process.env });
    const selection = {
      ...{ readOnly: config.WEB_READ_ONLY, toolsets: config.WEB_TOOLSETS, tools: config.WEB_TOOLS },
    };
    return {
      factory: createInternetServer({ deps: internet.deps, log, metrics, selection }),
      tools: selectTools(tools, selection),
      checks: async () => internet.checks,
      close: internet.close,
    };
  },
});
