// The least that can show a change in a browser: a page, a stream, and a line on standard input that goes to every reader.
import { createServer, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';

const readers = new Set<ServerResponse>();
const page = `<!doctype html><title>bare</title><ul>${'<li>A row of a list</li>'.repeat(50)}</ul><p id="said"></p>
<script>new EventSource('/events').onmessage = ({ data }) => { said.textContent = data; }</script>`;
const server = createServer(({ url }, response) => {
  response.writeHead(200, { 'content-type': url === '/events' ? 'text/event-stream' : 'text/html' });
  if (url !== '/events') response.end(page);
  else readers.add(response.on('close', () => readers.delete(response)));
}).listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify(server.address())}\n`));
createInterface(process.stdin).on('line', (line) => {
  for (const reader of readers) reader.write(`data: ${line}\n\n`);
});
process.stdin.on('end', () => process.exit());
