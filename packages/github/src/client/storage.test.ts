import { expect, test } from 'vitest';
import { failure, signal, withGitHub } from '../github.fixture.ts';
import { addressesOf } from './addresses.ts';
import { createStorageFetch } from './storage.ts';

const body = '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>sig=hidden</Message></Error>';

/** A GitHub whose storage, under the other name of this machine, answers with these statuses one after the other. */
function withStorage(...statuses: readonly number[]) {
  let asked = 0;
  return withGitHub(({ headers }) => {
    const host = String(headers.host);
    if (host.startsWith('127.0.0.1')) {
      return {
        status: 302,
        headers: { location: `http://${host.replace('127.0.0.1', 'localhost')}/logs/1?sig=hidden` },
      };
    }
    const status = statuses[Math.min(asked++, statuses.length - 1)] ?? 200;
    return status === 200 ? { body: 'a log' } : { status, headers: { 'content-type': 'application/xml' }, body };
  });
}

type Given = Awaited<ReturnType<typeof withStorage>>;
const readLog = ({ github }: Given) =>
  github.rest(
    'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
    { owner: 'acme', repo: 'app', job_id: 1 },
    { signal, as: 'text' },
  );

test('an address that expired is fetched anew from GitHub', async () => {
  await using given = await withStorage(403, 200);
  expect((await readLog(given)).data).toBe('a log');
  expect(given.vendor.requests.map(({ path }) => path)).toEqual(
    Array.from({ length: 2 }, () => ['/repos/acme/app/actions/jobs/1/logs', '/logs/1?sig=hidden']).flat(),
  );
});

test('a storage that goes on refusing is named, and no permission is said to be missing', async () => {
  await using given = await withStorage(403);
  const error = await failure(readLog(given));
  expect(error).toMatchObject({ code: 'auth', retryable: true, details: { status: 403 } });
  expect(error.message).toMatch(/storage that GitHub led to \(localhost:\d+\) refused the download with 403/);
  expect(JSON.stringify([error.message, error.hint, given.lines])).not.toContain('hidden');
  // GitHub itself is well.
  expect(given.github.state().connection.policy).toMatchObject({ breaker: 'closed', failures: 0 });
});

test('a file that storage does not have is gone, which no repetition changes', async () => {
  await using given = await withStorage(404);
  const error = await failure(readLog(given));
  expect(error).toMatchObject({ code: 'not_found', retryable: false, details: { status: 404 } });
  expect(error.message).toContain('was deleted');
  expect(given.vendor.requests).toHaveLength(2);
});

test('what GitHub itself refuses stays what it is, and so does what storage gives', async () => {
  const send = (status: number) =>
    createStorageFetch(addressesOf('https://api.github.com'), async () => new Response('', { status }));
  expect((await send(403)('https://api.github.com/repos/acme/app')).status).toBe(403);
  expect((await send(200)('https://x.blob.core.windows.net/log')).status).toBe(200);
  expect((await send(500)('https://x.blob.core.windows.net/log')).status).toBe(500);
  await expect(send(403)(new Request('https://codeload.github.com/acme/app'))).rejects.toThrow('codeload.github.com');
});

test('on an Enterprise Server storage is beside the API', async () => {
  const addresses = addressesOf('https://git.acme.example/api/v3');
  const fetch = createStorageFetch(addresses, async () => new Response('', { status: 404 }));
  expect((await fetch('https://git.acme.example/api/v3/repos/acme/app')).status).toBe(404);
  await expect(fetch('https://git.acme.example/_codeload/acme/app')).rejects.toThrow('no such file');
});
