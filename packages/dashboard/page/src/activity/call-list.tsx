import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Call } from '../../../src/contract.ts';
import { callsQuery, serversQuery } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { milliseconds } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { StateShape } from '../parts/state-mark.tsx';
import { Time } from '../parts/time.tsx';
import { useParams } from '../parts/use-params.ts';
import { Choose, Facts, LogList, LogRow } from './log-list.tsx';

/** Calls of tools as the servers saw them. */
export function CallList() {
  const [search, set, only] = useParams();
  const server = search.get('server') ?? '';
  const failed = search.get('failed') === 'true';
  const { data: servers } = useQuery(serversQuery);
  const calls = useQuery(callsQuery({ ...(server !== '' && { server }), ...(failed && { status: 'error' as const }) }));
  const [open, setOpen] = useState<string>();
  const items = calls.data?.items ?? [];
  const rows = items.map((call, index) => ({
    ...call,
    id: `${call.server} ${call.pid} ${call.at} ${call.operation} ${sameBefore(items, index)}`,
  }));
  const filters = (
    <>
      <Choose
        label="Server"
        value={server}
        choices={[
          { value: '', label: 'All servers' },
          ...(servers?.items ?? []).map(({ name }) => ({ value: name, label: name })),
        ]}
        onChoose={(value) => set('server', value)}
      />
      <Button
        aria-pressed={failed}
        onClick={() => set('failed', failed ? '' : 'true')}
        className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
      >
        Failed only
      </Button>
    </>
  );
  return (
    <LogList
      of={calls}
      what="The calls"
      label="Tool calls, newest first"
      filters={filters}
      rows={rows}
      rowHeight={45}
      empty={
        server !== '' || failed
          ? { title: 'No call matches these filters', clear: () => only({ show: 'calls' }) }
          : { title: 'No calls yet', text: 'Calls of running servers on this machine appear here.' }
      }
      row={(call) => (
        <Row call={call} open={open === call.id} onOpen={() => setOpen(open === call.id ? undefined : call.id)} />
      )}
    />
  );
}

/** Two calls of one millisecond are told apart by their place. */
const sameBefore = (calls: readonly Call[], index: number): number => {
  let same = 0;
  for (let before = index - 1; before >= 0 && calls[before]?.at === calls[index]?.at; before -= 1) same += 1;
  return same;
};

function Row({ call, open, onOpen }: { call: Call; open: boolean; onOpen: () => void }) {
  const line = (
    <>
      <StateShape state={call.status === 'success' ? 'healthy' : 'unhealthy'} />
      <span className="sr-only">{call.status}</span>
      <Given text={call.operation} className="min-w-0 truncate font-mono text-xs" />
      <span className="hidden text-faint text-xs sm:inline">{call.server}</span>
      {call.client !== undefined && (
        <span className="hidden truncate text-faint text-xs md:inline">
          from <Given text={call.client} />
        </span>
      )}
      <span className="ml-auto shrink-0 text-soft text-xs">{milliseconds(call.duration_ms)}</span>
      <Time at={call.at} className="w-20 shrink-0 text-right text-faint text-xs" />
    </>
  );
  return (
    <LogRow label={`Details of ${call.operation}`} open={open} onOpen={onOpen} line={line}>
      <Facts>
        {[
          ['server', `${call.server}, process ${call.pid}`],
          ['client', call.client && <Given text={call.client} />],
          ['error', call.error_type],
          ['message', call.message && <Given text={call.message} />],
          ['took', milliseconds(call.duration_ms)],
        ]}
      </Facts>
    </LogRow>
  );
}
