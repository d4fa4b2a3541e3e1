import { once } from 'node:events';
import { withSandbox } from './index.ts';

const port = Number(process.env.PORT ?? 0);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(`PORT is no port: ${process.env.PORT}\n`);
  process.exit(2);
}
await using sandbox = await withSandbox({ seed: 'workshop', ...(port > 0 && { port }) }).catch((error: unknown) => {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  process.stderr.write(`Port ${port} is used by another program. Give another PORT, or none for a free one.\n`);
  process.exit(1);
});
process.stdout.write(`GitHub's sandbox listens at ${sandbox.url}

Settings of the server:
  GITHUB_API_URL=${sandbox.url}
  GITHUB_TOKEN=${sandbox.token}
  GITHUB_TOOLSETS=all
  GITHUB_ALLOW_DESTROY=true

Other tokens: ${[...sandbox.state.tokens.keys()].filter((value) => value !== sandbox.token).join(', ')}
In it:        acme/workshop (issues, pull requests, a failed run), acme/engine (code, branches, releases), acme/secrets (private)
Try:          curl -H "Authorization: Bearer ${sandbox.token}" ${sandbox.url}/repos/acme/engine

Everything is lost at the end. Ctrl-C ends it.
`);
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
for (const { method, path, problems } of sandbox.unknown) {
  process.stdout.write(`Not a request that GitHub describes: ${method} ${path}: ${problems.join('; ')}\n`);
}
