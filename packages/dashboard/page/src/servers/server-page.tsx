import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { Link } from 'wouter';
import type { Process, ServerDetail } from '../../../src/contract.ts';
import { serverQuery } from '../api/queries.ts';
import { Beats } from '../parts/beats.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { bytes, count, duration, milliseconds } from '../parts/format.ts';
import { Path, Section } from '../parts/page-head.tsx';
import { StateMark, StateShape } from '../parts/state-mark.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useTitle } from '../parts/use-title.ts';
import { diagnosis } from './diagnosis.ts';
import { ToolTable } from './tool-table.tsx';

const LatencyChart = lazy(() => import('./latency-chart.tsx').then(({ LatencyChart: chart }) => ({ default: chart })));

export function ServerPage({ name }: { name: string }) {
  useTitle(name);
  const { data, error, refetch } = useQuery(serverQuery(name));
  if (error && !data)
    return (
      <div className="card">
        <Failed what={name} error={error} retry={refetch} />
      </div>
    );
  if (!data)
    return (
      <div className="card">
        <Loading rows={8} label={`Loading ${name}`} />
      </div>
    );
  return <Whole server={data} />;
}

function Whole({ server }: { server: ServerDetail }) {
  return (
    <>
      <Path>
        <Link href="/" className="rounded-sm hover:text-ink hover:underline">
          Home
        </Link>
        <span>{server.name}</span>
      </Path>
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="font-semibold text-xl tracking-tight">{server.name}</h1>
        {server.title !== undefined && <span className="text-soft">{server.title}</span>}
        <StateMark state={server.state} />
        <span className="text-faint text-sm">
          changed <Time at={server.since} />
        </span>
        <span className="sm:ml-auto">
          <CopyButton label="Copy diagnosis" text={() => diagnosis(server)} />
        </span>
      </div>
      <Why server={server} />
      <Figures server={server} />
      <Section title="Latency, last hour">
        <div className="card p-3">
          {server.latency.some(({ p95_ms }) => p95_ms !== undefined) ? (
            <Suspense fallback={<div className="skeleton h-48" />}>
              <LatencyChart points={server.latency} />
            </Suspense>
          ) : (
            <Empty icon="activity" title="No calls in the last hour" />
          )}
        </div>
      </Section>
      <div className="grid gap-x-6 lg:grid-cols-2">
        <Timeline server={server} />
        <Errors server={server} />
      </div>
      <Section title={`Tools${server.tools === undefined ? '' : `, ${count(server.tools)}`}`}>
        <div className="card overflow-clip">
          {server.tool_list.length > 0 ? (
            <ToolTable tools={server.tool_list} />
          ) : (
            <Empty icon="list" title="Its tools cannot be read now">
              {server.state === 'asleep'
                ? 'The server is asleep; a client starts it.'
                : 'No process of it can be asked from here.'}
            </Empty>
          )}
        </div>
      </Section>
      <Processes processes={server.process_list} />
    </>
  );
}

/** Why it is in this state: its reason, and every check of every process that is not healthy. */
function Why({ server }: { server: ServerDetail }) {
  const bad = server.process_list.flatMap((process) =>
    Object.entries(process.checks)
      .filter(([, { status }]) => status !== 'healthy')
      .map(([name, check]) => ({ name, check, process })),
  );
  const fallback = {
    healthy: 'Every process answers, and all its checks pass.',
    asleep: 'No client has it running. That is no fault: it starts with its client.',
    degraded: 'It works, with something missing.',
    unhealthy: 'It cannot do its work.',
  };
  const tones = {
    healthy: 'border-l-good',
    asleep: 'border-l-idle',
    degraded: 'border-l-warn',
    unhealthy: 'border-l-bad',
  };
  return (
    <section aria-label="Why it is in this state" className={`card mb-5 border-l-4 px-4 py-3 ${tones[server.state]}`}>
      <p className="break-words">{server.reason ?? fallback[server.state]}</p>
      <Configured server={server} />
      {bad.length > 0 && (
        <ul className="mt-2 space-y-1 text-sm">
          {bad.map(({ name, check, process }) => (
            <li key={`${process.instance} ${name}`} className="flex items-baseline gap-2">
              <StateShape state={check.status} className="size-2.5" />
              <span className="min-w-0 break-words">
                <span className="font-medium">{name}</span> {check.status}
                {check.reason !== undefined && `: ${check.reason}`}{' '}
                <span className="text-faint">(process {process.pid})</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Which clients start it; the reason of one that is asleep says it already. */
function Configured({ server: { state, configured_in } }: { server: ServerDetail }) {
  if (configured_in === undefined && state !== 'asleep') return null;
  return (
    <p className="mt-1 text-sm text-soft">
      {state !== 'asleep' && `Configured in ${configured_in?.join(', ')}.`}
      {state === 'asleep' && (
        <Link href="/connect" className="rounded-sm text-accent hover:underline">
          {configured_in === undefined ? 'Connect a client' : 'Connect another client'}
        </Link>
      )}
    </p>
  );
}

function Figures({ server }: { server: ServerDetail }) {
  const facts: [string, ReactNode][] = [
    ['Up', duration(server.uptime_seconds)],
    ['Calls', count(server.calls)],
    [
      'Errors',
      <span key="errors" className={server.errors > 0 ? 'text-bad' : ''}>
        {count(server.errors)}
      </span>,
    ],
    ['p50', milliseconds(server.p50_ms)],
    ['p95', milliseconds(server.p95_ms)],
    ['Memory', bytes(server.memory_bytes)],
    ['Version', server.version ?? '–'],
    ['Protocol', server.protocols.join(', ') || '–'],
    ['Tool tokens', count(server.definition_tokens_estimate)],
  ];
  return (
    <div className="card mb-7 overflow-hidden">
      <dl className="grid grid-cols-2 sm:grid-cols-3 lg:grid-cols-9">
        {facts.map(([name, value]) => (
          <div key={name} className="-mr-px -mb-px min-w-0 border-line border-r border-b px-3 py-2.5">
            <dt className="text-faint text-xs">{name}</dt>
            <dd className="break-words font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="flex items-center gap-3 px-3 py-2.5 text-faint text-xs">
        <span className="hidden sm:inline">Last 5 minutes</span>
        <Beats beats={server.beats.map(({ state }) => state)} />
      </div>
    </div>
  );
}

function Timeline({ server }: { server: ServerDetail }) {
  return (
    <Section title="Timeline">
      <div className="card">
        {server.timeline.length === 0 && <Empty icon="clock" title="No change of state has been seen" />}
        <ol className="divide-y divide-line">
          {server.timeline.slice(0, 12).map((entry) => (
            <li key={`${entry.at} ${entry.state}`} className="flex items-baseline gap-3 px-3 py-2 text-sm">
              <span className="w-24 shrink-0">
                <StateMark state={entry.state} />
              </span>
              <span className="min-w-0 break-words text-soft">{entry.reason}</span>
              <Time at={entry.at} className="ml-auto shrink-0 text-faint text-xs" />
            </li>
          ))}
        </ol>
      </div>
    </Section>
  );
}

function Errors({ server }: { server: ServerDetail }) {
  return (
    <Section
      title="Recent errors"
      aside={
        <Link
          href={`/activity?show=calls&server=${encodeURIComponent(server.name)}&failed=true`}
          className="rounded-sm text-accent text-sm hover:underline"
        >
          All failed calls
        </Link>
      }
    >
      <div className="card">
        {server.last_errors.length === 0 && (
          <Empty icon="check" title="No failed call">
            Since its processes started.
          </Empty>
        )}
        <ol className="divide-y divide-line">
          {server.last_errors.slice(0, 8).map((call) => (
            <li key={`${call.at} ${call.pid} ${call.operation}`} className="px-3 py-2 text-sm">
              <p className="flex items-baseline gap-2">
                <span className="truncate font-mono text-xs">{call.operation}</span>
                {call.error_type !== undefined && <span className="text-bad text-xs">{call.error_type}</span>}
                <Time at={call.at} className="ml-auto shrink-0 text-faint text-xs" />
              </p>
              <p className="break-words text-soft text-xs">{call.message}</p>
            </li>
          ))}
        </ol>
      </div>
    </Section>
  );
}

function Processes({ processes }: { processes: readonly Process[] }) {
  if (processes.length === 0) return null;
  return (
    <Section title="Processes">
      <ul className="card divide-y divide-line">
        {processes.map((process) => (
          <li key={process.instance} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2 text-sm">
            <StateMark state={process.state} />
            <span className="font-mono text-xs">
              {process.pid} on {process.host}
            </span>
            <span className="text-faint text-xs">
              {[
                `up ${duration(process.uptime_seconds)}`,
                bytes(process.memory_bytes),
                `${count(process.calls)} calls`,
                `v${process.version}`,
                process.client,
                process.via === 'database' && 'seen through the database',
              ]
                .filter((fact) => fact !== undefined && fact !== false)
                .join(' · ')}
            </span>
            {process.reason !== undefined && (
              <span className="w-full break-words text-soft text-xs">{process.reason}</span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
