import type { Log } from '@mcp-servers/core';
import { readStatus } from '@mcp-servers/core/status';
import { type Family, isCounting, parseExposition, renderExposition, withLabel } from './exposition.ts';
import type { Servers } from './servers.ts';

type Families = Map<string, Family>;

/** Metrics of one process, as it said last. */
interface Told {
  server: string;
  families: Families;
}

/** Of several processes the time of the earliest start is the server's. */
const earliest = /_start_time_seconds$/;

/**
 * The metrics of all local servers as one text, each series with its server's name. Processes of a server are added up, and what a
 * process counted stays counted when it has ended, so that counters never go back while this dashboard runs.
 */
export function collectMetrics({ servers, log }: { servers: Pick<Servers, 'endpoints' | 'states'>; log: Log }) {
  let living = new Map<string, Told>();
  /** What ended processes had counted, by server. */
  const ended = new Map<string, Families>();

  async function ask(address: string): Promise<Families | undefined> {
    try {
      return parseExposition(await readStatus(address, '/metrics'));
    } catch (error) {
      log.debug({ err: error }, 'metrics_not_read');
      return undefined;
    }
  }

  return async (own: string): Promise<string> => {
    const endpoints = servers.endpoints();
    const answers = await Promise.all(
      endpoints.map(async ({ server, instance, address }) => ({ server, instance, families: await ask(address) })),
    );
    const now = new Map<string, Told>();
    for (const { server, instance, families } of answers) {
      const told = families ?? living.get(instance)?.families;
      if (told) now.set(instance, { server, families: told });
    }
    for (const [instance, { server, families }] of living) {
      if (now.has(instance)) continue;
      const sum = ended.get(server) ?? new Map();
      ended.set(server, sum);
      add(sum, [...families.values()].filter(isCounting));
    }
    living = now;

    const result: Families = new Map();
    const label = (server: string, families: Families): void =>
      add(
        result,
        [...families.values()].map((family) => ({
          ...family,
          samples: new Map([...family.samples].map(([series, value]) => [withLabel(series, 'server', server), value])),
        })),
      );
    label('dashboard', parseExposition(own));
    for (const [server, families] of ended) label(server, families);
    for (const { server, families } of living.values()) label(server, families);
    result.set('mcp_server_state', stateFamily(servers.states()));
    return renderExposition(result.values());
  };
}

function add(target: Families, families: readonly Family[]): void {
  for (const { samples, ...family } of families) {
    const found = target.get(family.name) ?? { ...family, samples: new Map() };
    target.set(family.name, found);
    for (const [series, value] of samples) {
      const before = found.samples.get(series);
      const sum = earliest.test(family.name) ? Math.min(before ?? value, value) : (before ?? 0) + value;
      found.samples.set(series, sum);
    }
  }
}

function stateFamily(states: Record<string, string>): Family {
  const all = ['healthy', 'degraded', 'unhealthy', 'asleep'];
  const samples = Object.entries(states).flatMap(([server, is]) =>
    all.map((state): [string, number] => {
      const series = withLabel(withLabel('mcp_server_state', 'state', state), 'server', server);
      return [series, state === is ? 1 : 0];
    }),
  );
  return { name: 'mcp_server_state', help: '1 for the state a server is in', type: 'gauge', samples: new Map(samples) };
}
