import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createGuardedFetch } from './fetch.ts';
import { createGuardPolicy } from './policy.ts';

test('the system resolver and real sockets: this machine is refused until its address and port are opened', async () => {
  const server = createServer((_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const signal = new AbortController().signal;
  const urls = [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`];

  const shut = createGuardedFetch({ userAgent: 'tester/1', policy: createGuardPolicy({ ports: [port] }) });
  for (const url of urls) await expect(shut.fetch({ url, signal })).rejects.toMatchObject({ code: 'validation' });

  const half = createGuardPolicy({ ports: [port], allowPrivate: ['10.0.0.0/8'] });
  const byName = createGuardedFetch({ userAgent: 'tester/1', policy: half });
  await expect(byName.fetch({ url: urls[1] ?? '', signal })).rejects.toThrow('localhost leads to');

  // A hosts file may name the IPv6 loopback too, where nobody listens.
  const allowPrivate = [`127.0.0.1/32:${port}`, `::1/128:${port}`];
  const open = createGuardedFetch({ userAgent: 'tester/1', policy: createGuardPolicy({ allowPrivate }) });
  for (const url of urls) {
    const { body } = await open.fetch({ url, signal });
    expect(new TextDecoder().decode(body)).toBe('hello');
  }
  for (const guard of [shut, byName, open]) await guard.close();
  await new Promise((done) => server.close(done));
});
