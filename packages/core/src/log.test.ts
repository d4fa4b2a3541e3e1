import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function withLines() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, log: createLog({ name: 'test', level: 'info', destination }) };
}

test('a line is JSON with its event, level as a word, time and fields', () => {
  const { lines, log } = withLines();
  log.info({ tool: 'get_items', duration_ms: 1.5 }, 'tool_call');
  expect(lines).toEqual([
    {
      ...{ level: 'info', name: 'test', event: 'tool_call', tool: 'get_items', duration_ms: 1.5, pid: process.pid },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
  ]);
});

test('secrets are redacted in a line, one level below, and in an error', () => {
  const { lines, log } = withLines();
  const fields = { token: 'a', list: ['x'], store: { host: 'h', password: 'b' }, nothing: null };
  log.warn({ ...fields, err: Object.assign(new Error('refused'), { connectionString: 'c', detail: 'd' }) }, 'lost');
  const [line] = lines;
  expect(line).toMatchObject({
    token: '[redacted]',
    list: ['x'],
    store: { host: 'h', password: '[redacted]' },
    nothing: null,
  });
  expect(line?.err).toMatchObject({ message: 'refused', connectionString: '[redacted]', detail: 'd' });
  expect(JSON.stringify(line?.err)).toContain('log.test.ts');
  expect(fields).toMatchObject({ token: 'a', store: { password: 'b' } });
});

test('an error alone is a line too, and one without fields', () => {
  const { lines, log } = withLines();
  log.error(Object.assign(new Error('broken'), { secret: 's' }));
  log.info('plain');
  expect(lines[0]?.err).toMatchObject({ message: 'broken', secret: '[redacted]' });
  expect(lines[1]).toMatchObject({ event: 'plain' });
});
