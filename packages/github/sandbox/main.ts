import { once } from 'node:events';
import { withSandbox } from './index.ts';

const port = Number(process.env.PORT ?? 0);
await using sandbox = await withSandbox({ seed: 'workshop', ...(port > 0 && { port }) });
process.stdout.write(`GitHub's sandbox listens at ${sandbox.url}

Settings of the server:
  GITHUB_API_URL=${sandbox.url}
  GITHUB_TOKEN=${sandbox.token}

Other tokens: ${[...sandbox.state.tokens.keys()].filter((value) => value !== sandbox.token).join(', ')}
Try:          curl -H "Authorization: Bearer ${sandbox.token}" ${sandbox.url}/repos/acme/engine

Everything is lost at the end. Ctrl-C ends it.
`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
for (const { method, path, problems } of sandbox.unknown) {
  process.stdout.write(`Not a request that GitHub describes: ${method} ${path}: ${problems.join('; ')}\n`);
}
