import { expect, test } from 'vitest';
import { call, fakeGitHub } from '../fake-github.fixture.ts';
import { type JobLogsAsked, readJobLogs } from './job-logs.ts';

const route = 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}';
const asked = { repo: 'ada/site', job_id: 1, show: 'errors', lines: 100, context: 1 } as const;

interface Source {
  readonly chunks: Iterator<Uint8Array>;
  /** Bytes that were asked for. */
  read: number;
  isCancelled: boolean;
}

/** A log that is made while it is read, a chunk for each time it is asked, so that none of it is anywhere else. */
function logOf(chunks: Iterable<Uint8Array>): { source: Source; body: ReadableStream<Uint8Array> } {
  const source: Source = { chunks: chunks[Symbol.iterator](), read: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { value, done } = source.chunks.next();
        if (done) return controller.close();
        source.read += value.length;
        controller.enqueue(value);
      },
      cancel() {
        source.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { source, body };
}

async function read(body: ReadableStream<Uint8Array>, more: Partial<JobLogsAsked>, limits = { ms: 600_000 }) {
  const job = { id: 1, name: 'test', status: 'completed', conclusion: 'failure', steps: [] };
  const github = fakeGitHub({ rest: { [route]: () => ({ data: job }), [`${route}/logs`]: () => ({ data: body }) } });
  const { jobs } = await readJobLogs(github, { ...asked, ...more }, { ...call, limits });
  return { ...jobs[0], text: jobs[0]?.parts.map(({ text }) => text).join('\n') ?? '' };
}

const time = '2026-03-01T10:00:00.0000000Z ';
const filler = `${`${time}suite > case passes`.padEnd(99, '.')}\n`;
const perChunk = 10_000;
const plain = Buffer.from(filler.repeat(perChunk));
const broken = Buffer.from(
  `${filler.repeat(4999)}${`${time}##[error]it broke here`.padEnd(99)}\n${filler.repeat(5000)}`,
);

/** 100 MB, 1,000,000 lines; an error in line 655,000. */
function* millionLines(): Generator<Uint8Array> {
  for (let n = 0; n < 100; n += 1) yield n === 65 ? broken : plain;
}

/** 50 MB without a line end, with a word at 30 MB and in the middle of a chunk. */
function* oneLine(): Generator<Uint8Array> {
  const chunk = Buffer.alloc(1_000_000, '{"key":"value"},');
  const special = Buffer.from(chunk);
  special.write('NEEDLE', 500_000);
  for (let n = 0; n < 50; n += 1) yield n === 30 ? special : chunk;
}

test('the error in a log of 100 MB and 1,000,000 lines is found, one chunk being asked for after the other', async () => {
  const { source, body } = logOf(millionLines());
  const log = await read(body, {});
  expect(log).toMatchObject({ lines: 1_000_000, hits: 1, parts: [{ from: 654_999, to: 655_002 }] });
  expect(log.text).toContain('##[error]it broke here');
  expect(source.read).toBe(100_000_000);
});

test('the head of it is all that is read of it; its tail is the end', async () => {
  const { source, body } = logOf(millionLines());
  const head = await read(body, { show: 'head', lines: 3 });
  expect(head).toMatchObject({ parts: [{ from: 1, to: 3 }] });
  expect(head).not.toHaveProperty('lines');
  expect([source.read, source.isCancelled]).toEqual([1_000_000, true]);
  const tail = await read(logOf(millionLines()).body, { show: 'tail', lines: 2 });
  expect(tail).toMatchObject({ lines: 1_000_000, parts: [{ from: 999_999, to: 1_000_000 }] });
});

test('a single line of 50 MB is searched to its end, in parts', async () => {
  const found = await read(logOf(oneLine()).body, { show: 'grep', pattern: 'needle' });
  expect(found).toMatchObject({ lines: 1, hits: 1, parts: [{ from: 1, to: 1 }] });
  expect(found.text).toContain('NEEDLE');
  expect(found.text.length).toBeLessThan(3000);
  const expression = await read(logOf(oneLine()).body, { show: 'grep', pattern: 'ne+dle', regex: true });
  expect(expression).toMatchObject({ lines: 1, hits: 1 });
  const errors = await read(logOf(oneLine()).body, {});
  expect(errors).toMatchObject({ lines: 1, note: expect.stringContaining('No line looks like an error') });
});

test('what comes too slowly, or is too much, is shown as far as it came, and that is said', async () => {
  const stalled = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from(`##[error]early\n${filler}`)),
  });
  const late = await read(stalled, {}, { ms: 50 });
  expect(late).toMatchObject({ hits: 1, note: expect.stringContaining('came too slowly') });
  expect(late).not.toHaveProperty('lines');
  const { source, body } = logOf(millionLines());
  const large = await read(body, { show: 'tail', lines: 1 }, { ms: 600_000, maxBytes: 3_000_000 } as { ms: number });
  expect(large).toMatchObject({ parts: [{ to: 40_000 }], note: expect.stringContaining('not the end of the log') });
  expect([source.read, source.isCancelled]).toEqual([4_000_000, true]);
  await expect(read(new ReadableStream<Uint8Array>(), {}, { ms: 20 })).rejects.toMatchObject({
    ...{ code: 'network', retryable: true, message: expect.stringContaining('did not send it in time') },
  });
});
