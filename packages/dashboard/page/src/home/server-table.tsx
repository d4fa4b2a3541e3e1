import { Link } from 'wouter';
import type { Server } from '../../../src/contract.ts';
import { Beats } from '../parts/beats.tsx';
import { bytes, count, duration, milliseconds, plural } from '../parts/format.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { Time } from '../parts/time.tsx';

const head = 'px-3 py-2 font-normal text-faint text-xs whitespace-nowrap';
const cell = 'px-3 py-2.5 text-right whitespace-nowrap text-soft';

/** Servers as rows, worst first. On a narrow screen the figures stand below the name. */
export function ServerTable({ servers }: { servers: readonly Server[] }) {
  return (
    <table className="w-full text-sm">
      <caption className="sr-only">Servers, those that need a look first</caption>
      <thead className="hidden border-line border-b md:table-header-group">
        <tr>
          <th scope="col" className={`${head} text-left`}>
            Server
          </th>
          <th scope="col" className={`${head} text-left`}>
            State
          </th>
          <th scope="col" className={`${head} text-left`}>
            Last 5 minutes
          </th>
          <th scope="col" className={`${head} text-right`}>
            Up
          </th>
          <th scope="col" className={`${head} text-right`}>
            p95
          </th>
          <th scope="col" className={`${head} text-right`}>
            Errors
          </th>
          <th scope="col" className={`${head} hidden text-right lg:table-cell`}>
            Memory
          </th>
          <th scope="col" className={`${head} hidden text-right lg:table-cell`}>
            Tools
          </th>
          <th
            scope="col"
            className={`${head} hidden text-right lg:table-cell`}
            title="What the definitions of its tools cost every client, estimated"
          >
            Tokens
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {servers.map((server) => (
          <Row key={server.name} server={server} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ server }: { server: Server }) {
  const {
    name,
    state,
    since,
    reason,
    beats,
    uptime_seconds,
    p95_ms,
    errors,
    calls,
    memory_bytes,
    tools,
    configured_in,
  } = server;
  const tokens = server.definition_tokens_estimate;
  return (
    <tr className="group relative grid grid-cols-[1fr_auto] focus-within:bg-hover hover:bg-hover md:table-row">
      <th scope="row" className="px-3 py-2.5 text-left font-medium">
        <Link href={`/servers/${encodeURIComponent(name)}`} className="rounded-sm after:absolute after:inset-0">
          {name}
        </Link>
        {server.processes > 1 && (
          <span className="ml-2 font-normal text-faint text-xs">{server.processes} processes</span>
        )}
        {state === 'asleep' && configured_in && (
          <span className="block font-normal text-faint text-xs">configured in {configured_in.join(', ')}</span>
        )}
        {reason !== undefined && state !== 'asleep' && (
          <span className="block max-w-xs truncate font-normal text-faint text-xs" title={reason}>
            {reason}
          </span>
        )}
      </th>
      <td className="px-3 py-2.5 text-left">
        <StateMark state={state} />
        <span className="ml-1.5 hidden text-faint text-xs xl:inline-block">
          <Time at={since} />
        </span>
      </td>
      <td className="col-span-2 px-3 pb-1 md:w-52 md:py-2.5">
        <Beats beats={beats.map((beat) => beat.state)} />
      </td>
      <td className="col-span-2 px-3 pb-2.5 text-faint text-xs md:hidden">
        {[
          `up ${duration(uptime_seconds)}`,
          `p95 ${milliseconds(p95_ms)}`,
          plural(errors, 'error'),
          bytes(memory_bytes),
          tools !== undefined && plural(tools, 'tool'),
          tokens !== undefined && `${count(tokens)} tokens`,
        ]
          .filter((fact) => fact !== false)
          .join(' · ')}
      </td>
      <td className={`${cell} hidden md:table-cell`}>{duration(uptime_seconds)}</td>
      <td className={`${cell} hidden md:table-cell`}>{milliseconds(p95_ms)}</td>
      <td className={`${cell} hidden md:table-cell`} title={`${count(errors)} of ${count(calls)} calls`}>
        <span className={errors > 0 ? 'text-bad' : ''}>{count(errors)}</span>
        <span className="text-faint"> / {count(calls)}</span>
      </td>
      <td className={`${cell} hidden lg:table-cell`}>{bytes(memory_bytes)}</td>
      <td className={`${cell} hidden lg:table-cell`}>{count(tools)}</td>
      <td className={`${cell} hidden lg:table-cell`}>{count(tokens)}</td>
    </tr>
  );
}
