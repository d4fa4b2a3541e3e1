import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Call } from '../../../src/contract.ts';
import { callsQuery, serversQuery } from '../api/queries.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { milliseconds } from '../parts/format.ts';
import { StateShape } from '../parts/state-mark.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { VirtualRows } from '../parts/virtual-rows.tsx';

/** Calls of tools as the servers saw them. */
export function CallList() {
  const [search, setSearch] = useSearchParams();
  const server = search.get('server') ?? '';
  const failed = search.get('failed') === 'true';
  const { data: servers } = useQuery(serversQuery);
  const { data, error, isPending, refetch } = useQuery(
    callsQuery({ ...(server !== '' && { server }), ...(failed && { status: 'error' as const }) }),
  );
  const [open, setOpen] = useState<string>();
  const rows = (data?.items ?? []).map((call, index) => ({
    ...call,
    id: `${call.server} ${call.pid} ${call.at} ${call.operation} ${sameBefore(data?.items ?? [], index)}`,
  }));
  const set = (name: string, value: string): void => {
    setSearch(
      (now) => {
        if (value === '') now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  };
  const filtered = server !== '' || failed;
  return (
    <>
      <search className="mb-3 flex flex-wrap items-center gap-2" aria-label="Filters">
        <label>
          <span className="sr-only">Server</span>
          <select
            value={server}
            onChange={(event) => set('server', event.target.value)}
            className="field h-8 w-auto py-0 text-sm"
          >
            <option value="">All servers</option>
            {(servers?.items ?? []).map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <Button
          aria-pressed={failed}
          onClick={() => set('failed', failed ? '' : 'true')}
          className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
        >
          Failed only
        </Button>
      </search>
      <div className="card overflow-clip">
        {isPending && <Loading rows={8} label="Loading calls" />}
        {Boolean(error) && !data && <Failed what="The calls" error={error} retry={refetch} />}
        {data && rows.length === 0 && (
          <Empty
            icon="activity"
            title={filtered ? 'No call matches these filters' : 'No calls yet'}
            action={
              filtered && (
                <Button onClick={() => setSearch({ show: 'calls' }, { replace: true })}>Clear the filters</Button>
              )
            }
          >
            {!filtered && 'Calls of running servers on this machine appear here.'}
          </Empty>
        )}
        {rows.length > 0 && (
          <VirtualRows
            items={rows}
            total={rows.length}
            label="Tool calls, newest first"
            rowHeight={45}
            row={(call) => (
              <Row call={call} open={open === call.id} onOpen={() => setOpen(open === call.id ? undefined : call.id)} />
            )}
          />
        )}
      </div>
    </>
  );
}

/** Two calls of one millisecond are told apart by their place. */
const sameBefore = (calls: readonly Call[], index: number): number => {
  let same = 0;
  for (let before = index - 1; before >= 0 && calls[before]?.at === calls[index]?.at; before -= 1) same += 1;
  return same;
};

function Row({ call, open, onOpen }: { call: Call; open: boolean; onOpen: () => void }) {
  return (
    <div className="hover:bg-hover">
      <div className="flex min-h-11 items-center gap-2 py-1.5 pr-4 pl-2 text-sm">
        <IconButton
          label={`Details of ${call.operation}`}
          aria-expanded={open}
          icon={open ? 'down' : 'chevron'}
          className="size-7"
          onClick={onOpen}
          data-row
        />
        <StateShape state={call.status === 'success' ? 'healthy' : 'unhealthy'} />
        <span className="sr-only">{call.status}</span>
        <span className="min-w-0 truncate font-mono text-xs">{call.operation}</span>
        <span className="hidden text-faint text-xs sm:inline">{call.server}</span>
        {call.client !== undefined && (
          <span className="hidden truncate text-faint text-xs md:inline">from {call.client}</span>
        )}
        <span className="ml-auto shrink-0 text-soft text-xs">{milliseconds(call.duration_ms)}</span>
        <Time at={call.at} className="w-20 shrink-0 text-right text-faint text-xs" />
      </div>
      {open && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pr-4 pb-3 pl-11 text-xs">
          <Fact name="server" value={`${call.server}, process ${call.pid}`} />
          <Fact name="client" value={call.client} />
          <Fact name="error" value={call.error_type} />
          <Fact name="message" value={call.message} />
          <Fact name="took" value={milliseconds(call.duration_ms)} />
        </dl>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string | undefined }) {
  if (value === undefined) return null;
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </>
  );
}
