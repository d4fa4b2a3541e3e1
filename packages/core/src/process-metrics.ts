/// <reference path="./prometheus.d.ts" />
import type { Registry } from '@prometheus-io/client';
import PrometheusCounter from '@prometheus-io/client/lib/counter.js';
import PrometheusGauge from '@prometheus-io/client/lib/gauge.js';

/** The process itself, under the library's usual names, read at each scrape: an idle process pays nothing. */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry];
  new PrometheusCounter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time in seconds',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new PrometheusGauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory in bytes',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new PrometheusGauge({
    name: 'nodejs_active_resources',
    help: 'Open handles and pending requests that keep the event loop alive',
    registers,
    collect() {
      this.set(process.getActiveResourcesInfo().length);
    },
  });
  new PrometheusGauge({
    name: 'nodejs_eventloop_lag_seconds',
    help: 'How long a callback that was ready waited for the event loop, at the time of the scrape',
    registers,
    async collect() {
      const asked = process.hrtime.bigint();
      await new Promise((resolve) => setImmediate(resolve));
      this.set(Number(process.hrtime.bigint() - asked) / 1e9);
    },
  });
}
