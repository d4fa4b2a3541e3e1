import { setTimeout as sleep } from 'node:timers/promises';
import { type Log, NotFoundError } from '@mcp-servers/core';
import { type Configured, clients, type OurServer } from '@mcp-servers/core/connect';
import type { Queryable } from '@mcp-servers/core/postgres';
import { type Details, readStatus } from '@mcp-servers/core/status';
import type { Call, Check, Server, ServerDetail, ServerStates } from '../contract.ts';
import { createLook } from './look.ts';
import type { Sighting } from './sighting.ts';
import { createTrack, type Track } from './track.ts';

export interface Servers {
  /** Worst first, then by name. */
  list(): Server[];
  states(): ServerStates;
  /** Throws NotFoundError. */
  detail(name: string): Promise<ServerDetail>;
  /** Of every process that can be asked, newest first. */
  calls(): Promise<Call[]>;
  check(): Check;
  /** Status endpoints of the living, by server. */
  endpoints(): { server: string; instance: string; address: string }[];
  /** Looks now; what `start` does every 5 s. */
  poll(): Promise<void>;
  start(): void;
  close(): Promise<void>;
}

export interface ServersOptions {
  home: string;
  database: Queryable;
  log: Log;
  /** Servers that are there to be used; without a process they are asleep. */
  ours: readonly OurServer[];
  /** Which clients would start which server; absent where that cannot be seen. */
  configured?: () => Promise<Configured>;
  /** Called after a poll in which the state of a server changed. */
  onChange(states: ServerStates): void;
  now?: () => Date;
}

const everyMs = 5000;
const order = ['unhealthy', 'degraded', 'healthy', 'asleep'];

/** Watches the processes of every server. */
export function watchServers(options: ServersOptions): Servers {
  const { log, ours, configured, onChange, now = () => new Date() } = options;
  const look = createLook(options);
  const tracks = new Map<string, Track>(ours.map(({ name, title }) => [name, createTrack(name, title)]));
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  const list = (): Server[] =>
    [...tracks.values()]
      .map((track) => track.summary())
      .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name));
  const states = (): ServerStates => Object.fromEntries([...tracks].map(([name, track]) => [name, track.state()]));

  async function poll(): Promise<void> {
    const [sightings, byClients] = await Promise.all([look(), configured?.()]);
    const at = now();
    const byServer = Map.groupBy(sightings, ({ server }) => server);
    for (const name of byServer.keys()) if (!tracks.has(name)) tracks.set(name, createTrack(name));
    const changed = [...tracks].filter(([name, track]) => {
      const titles = byClients && (byClients.get(name) ?? []).map((client) => clients[client].title);
      return track.beat(byServer.get(name) ?? [], at, titles);
    });
    if (changed.length > 0) onChange(states());
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await poll().catch((err: unknown) => log.error({ err }, 'servers_not_polled'));
      // Only closing interrupts the wait, and the loop then ends.
      await sleep(everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
  }

  const sightings = (): Sighting[] => [...tracks.values()].flatMap((track) => track.sightings());

  return {
    ...{ list, states, poll },
    async detail(name) {
      const track = tracks.get(name);
      if (!track) {
        throw new NotFoundError(`There is no server "${name}".`, {
          hint: `There are ${[...tracks.keys()].join(', ')}.`,
        });
      }
      const told = await askAll(track.sightings(), log);
      const [first] = told;
      return {
        ...track.summary(),
        process_list: track.sightings().map(toListed),
        tool_list: (first?.details.tools ?? []).map(
          ({ name: tool, title, description, effect, bytes, inputSchema }) => ({
            ...{ name: tool, title, description, effect, bytes },
            tokens_estimate: Math.round(bytes / 4),
            input_schema: inputSchema,
          }),
        ),
        ...track.history(),
        last_errors: told
          .flatMap(toCalls)
          .filter(({ status }) => status === 'error')
          .toSorted(newestFirst),
      };
    },
    calls: async () => (await askAll(sightings(), log)).flatMap(toCalls).toSorted(newestFirst),
    check() {
      const bad = list().filter(({ state }) => state === 'unhealthy' || state === 'degraded');
      const facts = { servers: states() };
      if (bad.length === 0) return { status: 'healthy', ...facts };
      // The dashboard itself works: an unhealthy server does not make it so.
      return {
        status: 'degraded',
        reason: bad.map(({ name, state, reason }) => `${name} is ${state}: ${reason}`).join('; '),
        ...facts,
      };
    },
    endpoints: () =>
      sightings().flatMap(({ server, process: { instance }, address }) =>
        address ? [{ server, instance, address }] : [],
      ),
    start() {
      running ??= run();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

const toListed = ({ process, lost }: Sighting): ServerDetail['process_list'][number] =>
  lost ? { ...process, state: 'unhealthy', reason: lost.reason } : process;

const newestFirst = (a: Call, b: Call): number => (a.at < b.at ? 1 : -1);

interface Told {
  sighting: Sighting;
  details: Details;
}

async function askAll(sightings: readonly Sighting[], log: Log): Promise<Told[]> {
  const asked = sightings.map(async (sighting): Promise<Told | undefined> => {
    if (sighting.address === undefined) return undefined;
    try {
      return { sighting, details: await readStatus(sighting.address, '/details') };
    } catch (error) {
      log.debug({ err: error, server: sighting.server }, 'details_not_read');
      return undefined; // Its state tells that it does not answer; an older process has no details.
    }
  });
  return (await Promise.all(asked)).filter((told) => told !== undefined);
}

const toCalls = ({ sighting: { server, process }, details }: Told): Call[] =>
  details.calls.map(({ at, operation, status, errorType, message, durationMs, client }) => ({
    ...{ server, pid: process.pid, at, operation, status, duration_ms: durationMs },
    ...(errorType !== undefined && { error_type: errorType }),
    ...(message !== undefined && { message }),
    ...(client !== undefined && { client }),
  }));
