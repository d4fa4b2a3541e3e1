import type { Beat, LatencyPoint, Server, ServerDetail, ServerState } from '../contract.ts';
import { judge } from './judge.ts';
import type { Sighting } from './sighting.ts';

const kept = { beats: 60, timeline: 100, latency: 720 } as const;

/** What is remembered of one server between polls. */
export interface Track {
  /** Takes in a poll; true when the state is another than before. `configuredIn` is undefined where it cannot be known. */
  beat(sightings: readonly Sighting[], at: Date, configuredIn?: readonly string[]): boolean;
  summary(): Server;
  history(): Pick<ServerDetail, 'timeline' | 'latency'>;
  sightings(): readonly Sighting[];
  state(): ServerState;
}

export function createTrack(name: string, title?: string): Track {
  const beats: Beat[] = [];
  const timeline: ServerDetail['timeline'] = [];
  const latency: LatencyPoint[] = [];
  const counted = new Map<string, { calls: number; errors: number }>();
  let now: readonly Sighting[] = [];
  let clients: readonly string[] = [];
  let verdict: ReturnType<typeof judge> = { state: 'asleep' };
  let since = new Date();

  /** Calls since the poll before; those from before the first poll belong to no point. */
  function count(sightings: readonly Sighting[]): { calls: number; errors: number } {
    const total = { calls: 0, errors: 0 };
    for (const { process } of sightings) {
      const before = counted.get(process.instance) ?? (beats.length === 0 ? process : { calls: 0, errors: 0 });
      total.calls += Math.max(0, process.calls - before.calls);
      total.errors += Math.max(0, process.errors - before.errors);
    }
    const present = new Set(sightings.map(({ process }) => process.instance));
    for (const instance of counted.keys()) if (!present.has(instance)) counted.delete(instance);
    for (const { process } of sightings) counted.set(process.instance, process);
    return total;
  }

  return {
    beat(sightings, moment, configuredIn) {
      const at = moment.toISOString();
      const { calls, errors } = count(sightings);
      const next = judge(sightings, configuredIn);
      const changed = beats.length === 0 || next.state !== verdict.state;
      now = sightings;
      clients = configuredIn ?? [];
      verdict = next;
      if (changed) {
        since = moment;
        timeline.unshift({ at, ...next });
        timeline.splice(kept.timeline);
      }
      push(beats, { at, state: next.state }, kept.beats);
      const { p50_ms, p95_ms } = slowest(sightings);
      push(
        latency,
        { at, calls, errors, ...(p50_ms !== undefined && { p50_ms }), ...(p95_ms !== undefined && { p95_ms }) },
        kept.latency,
      );
      return changed;
    },
    summary: () => ({
      ...{ name, ...(title !== undefined && { title }), ...verdict, since: since.toISOString() },
      ...(clients.length > 0 && { configured_in: [...clients] }),
      ...combine(now),
      beats: [...beats],
    }),
    history: () => ({ timeline: [...timeline], latency: [...latency] }),
    sightings: () => now,
    state: () => verdict.state,
  };
}

function push<T>(list: T[], entry: T, most: number): void {
  list.push(entry);
  if (list.length > most) list.shift();
}

const alive = (sightings: readonly Sighting[]): Sighting[] => sightings.filter(({ lost }) => lost === undefined);

/** Figures of all living processes of a server as one. */
function combine(sightings: readonly Sighting[]) {
  const living = alive(sightings);
  const processes = living.map(({ process }) => process);
  const newest = processes.toSorted((a, b) => (a.started_at < b.started_at ? 1 : -1))[0];
  const tools = living.find((sighting) => sighting.tools)?.tools;
  const [last_error] = sightings.flatMap(({ lastError }) => lastError ?? []).toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const { p50_ms, p95_ms } = slowest(sightings);
  return {
    processes: processes.length,
    calls: sum(processes.map(({ calls }) => calls)),
    errors: sum(processes.map(({ errors }) => errors)),
    ...(p50_ms !== undefined && { p50_ms }),
    ...(p95_ms !== undefined && { p95_ms }),
    ...(newest && {
      memory_bytes: sum(processes.map(({ memory_bytes = 0 }) => memory_bytes)),
      version: newest.version,
      uptime_seconds: Math.max(...processes.map(({ uptime_seconds }) => uptime_seconds)),
    }),
    protocols: [...new Set(processes.flatMap(({ protocol }) => protocol ?? []))].sort(),
    ...(tools && {
      tools: tools.count,
      definition_bytes: tools.bytes,
      definition_tokens_estimate: Math.round(tools.bytes / 4),
    }),
    ...(last_error && { last_error }),
  };
}

function slowest(sightings: readonly Sighting[]): { p50_ms?: number; p95_ms?: number } {
  const [first, ...rest] = alive(sightings).flatMap(({ process: { p50_ms, p95_ms } }) =>
    p50_ms === undefined || p95_ms === undefined ? [] : [{ p50_ms, p95_ms }],
  );
  if (!first) return {};
  return rest.reduce((most, one) => (one.p95_ms > most.p95_ms ? one : most), first);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
