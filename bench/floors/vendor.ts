// An outside system that answers at once: the path names the number of bytes. Prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const etag = '"1"';

const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const bytes = Number(request.url?.slice(1));
  const body = JSON.stringify({ items: Array.from({ length: Math.ceil(bytes / 100) }, (_, id) => item(id)) });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, etag }).end(body);
});

const item = (id: number) => ({ id, title: 'x'.repeat(70) });

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on('end', () => process.exit());
