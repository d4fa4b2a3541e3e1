import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { NetworkError, NotFoundError } from '../errors.ts';
import { networkError } from './network-error.ts';
import { certificate, key } from './tls.fixture.ts';
import { failure, withAcme } from './upstream.fixture.ts';

const url = new URL('https://api.example.org/things?key=secret');
const coded = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`something ${code}`), { code }) });
const seen = (error: unknown, idempotent = true) => networkError(error, { name: 'Acme', url, idempotent });

test.each([
  ['ENOTFOUND', 'was not found', true, true],
  ['EAI_AGAIN', 'was not found', true, true],
  ['ECONNREFUSED', 'accepts no connection', true, true],
  ['EHOSTUNREACH', 'accepts no connection', true, true],
  ['UND_ERR_CONNECT_TIMEOUT', 'could not be connected to in time', true, true],
  ['ECONNRESET', 'closed the connection', true, false],
  ['UND_ERR_SOCKET', 'closed the connection', true, false],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'closed the connection', true, false],
  ['UND_ERR_BODY_TIMEOUT', 'stopped answering', true, false],
  ['Z_DATA_ERROR', 'compression is damaged', true, false],
  ['ERR__ERROR_FORMAT_PADDING_1', 'compression is damaged', true, false],
  ['CERT_HAS_EXPIRED', 'has expired', false, false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'made out to another name', false, false],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'not trusted', false, false],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'not trusted', false, false],
  ['EPROTO', 'over TLS', false, false],
  ['HPE_INVALID_CONSTANT', 'valid HTTP', false, false],
  ['ESOMETHING', 'could not be called', true, false],
] as const)('%s: %s; worth repeating a read: %s, a write: %s', (...row) => {
  const [code, says, read, write] = row;
  const error = seen(coded(code)) as NetworkError;
  expect(error).toBeInstanceOf(NetworkError);
  expect(error.message).toContain(says);
  expect(error.message).toContain(`Acme (api.example.org)`);
  expect(error.message).not.toContain('secret');
  expect(error.retryable).toBe(read);
  expect(error.cause).toBeInstanceOf(TypeError);
  expect((seen(coded(code), false) as NetworkError).retryable).toBe(write);
});

test('an untrusted certificate names the setting that helps', () => {
  expect((seen(coded('DEPTH_ZERO_SELF_SIGNED_CERT')) as NetworkError).hint).toContain('NODE_EXTRA_CA_CERTS');
});

test('the attempts of several addresses are looked into', () => {
  const attempts = new AggregateError([Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })]);
  expect((seen(new TypeError('fetch failed', { cause: attempts })) as NetworkError).message).toContain('ECONNREFUSED');
});

test('a proxy that refuses is named as such', () => {
  const refused = Object.assign(new Error('Proxy response (407) !== 200 when HTTP Tunneling'), {
    code: 'UND_ERR_ABORTED',
  });
  const error = seen(new TypeError('fetch failed', { cause: new Error('Request was cancelled.', { cause: refused }) }));
  expect((error as NetworkError).message).toContain('through the proxy (Proxy response (407)');
  expect((error as NetworkError).hint).toContain('HTTPS_PROXY');
});

test('a cause that has no name is quoted', () => {
  const error = seen(new TypeError('fetch failed', { cause: new Error('bad port') })) as NetworkError;
  expect(error.message).toBe('Acme (api.example.org) could not be called (bad port).');
});

test('a write that may have arrived is to be checked', () => {
  expect((seen(coded('ECONNRESET'), false) as NetworkError).hint).toContain('check before calling again');
});

test('errors of the application and defects come back as they are', () => {
  for (const error of [new NotFoundError('no'), new TypeError('x is not a function'), 'text', undefined]) {
    expect(seen(error)).toBe(error);
  }
});

test('a self-signed certificate is refused', async () => {
  const server = createServer({ key, cert: certificate }, (_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await using acme = await withAcme(() => ({}), { baseUrl: `https://127.0.0.1:${port}` });
  const error = await failure(acme.upstream.fetch('/'));
  server.close();
  expect(error).toMatchObject({
    code: 'network',
    retryable: false,
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});
