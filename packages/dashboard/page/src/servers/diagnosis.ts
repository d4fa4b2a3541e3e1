import type { ServerDetail } from '../../../src/contract.ts';
import { bytes, duration, milliseconds } from '../parts/format.ts';

/** What somebody who helps needs to know, as Markdown; no arguments of calls, no addresses. */
export function diagnosis(server: ServerDetail): string {
  const { name, state, since, reason, version, uptime_seconds, calls, errors, p50_ms, p95_ms, memory_bytes } = server;
  const lines = [
    `# ${name}: ${state} since ${since}`,
    ...(reason === undefined ? [] : ['', reason]),
    '',
    `- version ${version ?? 'unknown'}, protocol ${server.protocols.join(', ') || 'unknown'}, up ${duration(uptime_seconds)}`,
    `- ${calls} calls, ${errors} errors, p50 ${milliseconds(p50_ms)}, p95 ${milliseconds(p95_ms)}, memory ${bytes(memory_bytes)}`,
    ...(server.configured_in === undefined ? [] : [`- configured in ${server.configured_in.join(', ')}`]),
    '',
    '## Processes',
    ...server.process_list.flatMap((process) => [
      `- ${process.pid}: ${process.state}${process.reason === undefined ? '' : `, ${process.reason}`}, up ${duration(process.uptime_seconds)}, via ${process.via}`,
      ...Object.entries(process.checks).map(
        ([check, result]) => `  - ${check}: ${result.status}${result.reason === undefined ? '' : `, ${result.reason}`}`,
      ),
    ]),
    '',
    '## Timeline',
    ...server.timeline
      .slice(0, 20)
      .map((entry) => `- ${entry.at} ${entry.state}${entry.reason === undefined ? '' : `: ${entry.reason}`}`),
    '',
    '## Recent errors',
    ...server.last_errors
      .slice(0, 10)
      .map((call) => `- ${call.at} ${call.operation} ${call.error_type ?? ''}: ${call.message ?? ''}`),
  ];
  return `${lines.join('\n')}\n`;
}
