import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { SiteAnswer } from '@mcp-servers/core/testing';

export interface LoopbackSite {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  /** Paths with queries, in order; robots.txt left out. */
  readonly asked: readonly string[];
  /** Connections that are open. */
  open(): number;
  /** Resolves with the first request for this path, also one that has come already. */
  arrived(path: string): Promise<IncomingMessage>;
}

export interface LoopbackSites extends AsyncDisposable {
  readonly sites: readonly LoopbackSite[];
  /** The setting that opens these addresses and nothing else. */
  readonly env: Readonly<Record<string, string>>;
}

type Pages = Readonly<Record<string, SiteAnswer>>;

/** Sites on real ports of this machine, one for each table of pages; `*` answers what no other path does. */
export async function withLoopbackSites(...tables: readonly Pages[]): Promise<LoopbackSites> {
  const started = await Promise.all(tables.map(start));
  const blocks = started.map(({ site }) => `127.0.0.1/32:${new URL(site.url).port}`);
  return {
    sites: started.map(({ site }) => site),
    env: { WEB_ALLOW_PRIVATE: blocks.join(',') },
    async [Symbol.asyncDispose]() {
      for (const { server } of started) server.closeAllConnections();
      await Promise.all(started.map(({ server }) => new Promise((done) => server.close(done))));
    },
  };
}

async function start(pages: Pages): Promise<{ server: Server; site: LoopbackSite }> {
  const asked: string[] = [];
  const first = new Map<string, PromiseWithResolvers<IncomingMessage>>();
  const arrival = (path: string) => {
    const known = first.get(path) ?? Promise.withResolvers<IncomingMessage>();
    first.set(path, known);
    return known;
  };
  let open = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const { pathname } = new URL(path, 'http://site');
    if (pathname !== '/robots.txt') asked.push(path);
    arrival(pathname).resolve(request);
    const answer = pages[pathname] ?? (pathname === '/robots.txt' ? undefined : pages['*']);
    if (answer === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('Not on this site.');
    else void answer(request, response);
  });
  server.on('connection', (socket) => {
    open += 1;
    // The client may leave at any moment.
    socket.on('error', () => {});
    socket.on('close', () => {
      open -= 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    server,
    site: {
      url: `http://127.0.0.1:${port}`,
      asked,
      open: () => open,
      arrived: (path) => arrival(path).promise,
    },
  };
}
