import { createLog } from '@mcp-servers/core';
import { expect, test } from 'vitest';
import { collectMetrics } from './collect.ts';
import { parseExposition, renderExposition, withLabel } from './exposition.ts';
import { judge } from './judge.ts';
import type { Sighting } from './sighting.ts';
import { createTrack } from './track.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function sighting(pid: number, more: Partial<Sighting['process']> = {}, lost?: string): Sighting {
  const process: Sighting['process'] = {
    ...{
      instance: `i${pid}`,
      pid,
      host: 'here',
      version: '1.0.0',
      state: 'healthy',
      started_at: at(pid),
      uptime_seconds: 1,
    },
    ...{ seen_at: at(pid + 1), via: 'socket', calls: 0, errors: 0, memory_bytes: 100, checks: {} },
    ...more,
  };
  return { server: 'goals', process, ...(lost !== undefined && { lost: { at: new Date(at(pid + 2)), reason: lost } }) };
}

test.for([
  ['nobody runs it', [], 'asleep', /client starts it/],
  ['all is well', [sighting(1), sighting(2)], 'healthy', undefined],
  [
    'one is degraded',
    [sighting(1), sighting(2, { state: 'degraded', reason: 'redis: away' })],
    'degraded',
    /process 2: redis/,
  ],
  ['one is unhealthy', [sighting(1, { state: 'unhealthy', reason: 'database: away' })], 'unhealthy', /database/],
  ['the only one was killed', [sighting(1, {}, 'killed')], 'unhealthy', /killed/],
  ['one of two was killed', [sighting(1, {}, 'killed'), sighting(2, { started_at: at(0) })], 'degraded', /killed/],
  ['another was started since', [sighting(1, {}, 'killed'), sighting(9)], 'healthy', undefined],
] as const)('when %s', ([, sightings, state, reason]) => {
  const verdict = judge(sightings);
  expect(verdict.state).toBe(state);
  if (reason) expect(verdict.reason).toMatch(reason);
  else expect(verdict.reason).toBeUndefined();
});

test('a track counts calls between polls, keeps 60 beats, and notes changes of state', () => {
  const track = createTrack('goals');
  expect(track.beat([sighting(1, { calls: 50 })], new Date(at(0)))).toBe(true);
  expect(track.beat([sighting(1, { calls: 53, errors: 1 }), sighting(2, { calls: 4 })], new Date(at(5)))).toBe(false);
  expect(track.beat([sighting(2, { calls: 4 })], new Date(at(10)))).toBe(false);
  expect(track.beat([], new Date(at(15)))).toBe(true);
  expect(track.history().latency.map(({ calls, errors }) => [calls, errors])).toEqual([
    [0, 0],
    [7, 1],
    [0, 0],
    [0, 0],
  ]);
  for (let n = 4; n < 100; n++) track.beat([], new Date(at(n * 5)));
  const { beats, since, state } = track.summary();
  expect([beats.length, since, state]).toEqual([60, at(15), 'asleep']);
  expect(track.history().timeline.map((entry) => entry.state)).toEqual(['asleep', 'healthy']);
});

test('figures of several processes are one: sums, and the latency of the slowest', () => {
  const track = createTrack('goals');
  const one = sighting(1, { calls: 3, p50_ms: 1, p95_ms: 2, protocol: '2025-11-25', uptime_seconds: 90 });
  const two = {
    ...sighting(2, { calls: 4, p50_ms: 3, p95_ms: 9, protocol: '2026-07-28' }),
    tools: { count: 18, bytes: 12_000 },
  };
  track.beat([one, two], new Date(at(5)));
  expect(track.summary()).toMatchObject({
    ...{ processes: 2, calls: 7, memory_bytes: 200, p50_ms: 3, p95_ms: 9, uptime_seconds: 90 },
    ...{
      protocols: ['2025-11-25', '2026-07-28'],
      tools: 18,
      definition_bytes: 12_000,
      definition_tokens_estimate: 3000,
    },
  });
});

const text = `# HELP calls_total Calls
# TYPE calls_total counter
calls_total{operation="a \\"b\\" {c}"} 3
calls_total{operation="d"} 1e3
# TYPE seconds histogram
seconds_bucket{le="+Inf"} 2
seconds_sum 0.5
seconds_count 2
# TYPE up gauge
up 1
`;

test('the text of Prometheus is read and written again', () => {
  const families = parseExposition(text);
  expect([...families.keys()]).toEqual(['calls_total', 'seconds', 'up']);
  expect(families.get('seconds')?.samples.get('seconds_bucket{le="+Inf"}')).toBe(2);
  expect(parseExposition(renderExposition(families.values()))).toEqual(families);
  expect(withLabel('up', 'server', 'a"b')).toBe('up{server="a\\"b"}');
  expect(withLabel('x{le="1"}', 'server', 's')).toBe('x{server="s",le="1"}');
});

test('metrics of servers that cannot be asked leave the rest as it is', async () => {
  const log = createLog({ name: 'test', level: 'silent' });
  const servers = {
    states: () => ({ goals: 'unhealthy' as const }),
    endpoints: () => [{ server: 'goals', instance: 'x', address: '/nowhere.sock' }],
  };
  const merged = await collectMetrics({ servers, log })(text);
  expect(merged).toContain('calls_total{server="dashboard",operation="d"} 1000');
  expect(merged).toContain('mcp_server_state{server="goals",state="unhealthy"} 1');
});
