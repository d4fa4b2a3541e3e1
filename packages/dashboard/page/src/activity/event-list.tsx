import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Event } from '../../../src/contract.ts';
import { undo } from '../api/changes.ts';
import { activityQuery } from '../api/queries.ts';
import { changedFields } from '../goals/describe-event.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { count, words } from '../parts/format.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { VirtualRows } from '../parts/virtual-rows.tsx';
import { EventLine } from './event-line.tsx';

const kinds = {
  all: '',
  goals: 'goal_created,goal_updated,goal_deleted,goal_restored,goal_purged',
  tasks: 'task_created,task_updated,task_deleted,task_restored,task_purged',
  claims: 'task_claimed,task_released,task_lease_expired',
  links: 'task_linked,task_unlinked',
  notes: 'note_added,note_removed',
} as const;
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

/** Changes as they happen. Scrolled down or held, it stands still and counts what came since. */
export function EventList() {
  const client = useQueryClient();
  const [search, setSearch] = useSearchParams();
  const kind = names.find((name) => name === search.get('kind')) ?? 'all';
  const actor = search.get('actor') ?? '';
  const filter = { ...(kind !== 'all' && { types: kinds[kind] }), ...(actor !== '' && { actor }) };
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    activityQuery(filter),
  );
  const [heldAt, setHeldAt] = useState<number>();
  const [open, setOpen] = useState<number>();
  const all = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const shown = heldAt === undefined ? all : all.filter(({ event }) => event <= heldAt);
  const rows = useMemo(() => shown.map((event) => ({ whole: event, id: event.event })), [shown]);
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
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
  const held = heldAt !== undefined;
  return (
    <>
      <search className="mb-3 flex flex-wrap items-center gap-2" aria-label="Filters">
        <label>
          <span className="sr-only">Kind of change</span>
          <select
            value={kind}
            onChange={(event) => set('kind', event.target.value === 'all' ? '' : event.target.value)}
            className="field h-8 w-auto py-0 text-sm"
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name === 'all' ? 'All changes' : name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="sr-only">Actor</span>
          <input
            defaultValue={actor}
            placeholder="Actor"
            onKeyDown={(event) => event.key === 'Enter' && set('actor', event.currentTarget.value.trim())}
            onBlur={(event) => set('actor', event.currentTarget.value.trim())}
            className="field h-8 w-40 py-0 text-sm"
          />
        </label>
        <Button
          className="ml-auto"
          aria-pressed={held}
          onClick={() => setHeldAt(held ? undefined : (all[0]?.event ?? 0))}
        >
          {held ? `Go on (${count(all.length - shown.length)} new)` : 'Hold'}
        </Button>
      </search>
      <div className="card overflow-clip">
        {isPending && <Loading rows={8} label="Loading activity" />}
        {Boolean(error) && !data && <Failed what="The activity" error={error} retry={refetch} />}
        {data && rows.length === 0 && (
          <Empty
            icon="activity"
            title={kind === 'all' && actor === '' ? 'Nothing has happened yet' : 'No change matches these filters'}
            action={
              (kind !== 'all' || actor !== '') && (
                <Button onClick={() => setSearch({}, { replace: true })}>Clear the filters</Button>
              )
            }
          >
            {kind === 'all' && actor === '' && 'What agents and people change appears here.'}
          </Empty>
        )}
        {rows.length > 0 && (
          <VirtualRows
            items={rows}
            total={rows.length}
            label="Changes, newest first"
            rowHeight={57}
            onEnd={onEnd}
            row={(row) => (
              <Row
                event={row.whole}
                open={open === row.id}
                onOpen={() => setOpen(open === row.id ? undefined : row.id)}
                onUndo={() => void undo(client, row.id)}
              />
            )}
          />
        )}
      </div>
    </>
  );
}

function Row({ event, open, onOpen, onUndo }: { event: Event; open: boolean; onOpen: () => void; onUndo: () => void }) {
  return (
    <div className="hover:bg-hover">
      <div className="flex items-center gap-2 py-2 pr-4 pl-2">
        <IconButton
          label={`Details of change ${event.event}`}
          aria-expanded={open}
          icon={open ? 'down' : 'chevron'}
          onClick={onOpen}
          className="size-7"
        />
        <div className="min-w-0 grow">
          <EventLine event={event} />
        </div>
      </div>
      {open && (
        <div className="space-y-2 pr-4 pb-3 pl-11 text-xs">
          <p className="text-soft">
            {words(event.type)} · event {event.event}
            {event.client !== undefined && ` · via ${event.client}`}
            {event.undo_of !== undefined && ` · undoes event ${event.undo_of}`}
          </p>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            {changedFields(event).map((field) => (
              <div key={field.name} className="contents">
                <dt className="text-faint">{words(field.name)}</dt>
                <dd className="min-w-0 break-words font-mono">
                  {field.before !== undefined && <del className="text-bad">{JSON.stringify(field.before)}</del>}{' '}
                  {field.after !== undefined && (
                    <ins className="text-good no-underline">{JSON.stringify(field.after)}</ins>
                  )}
                </dd>
              </div>
            ))}
          </dl>
          <Button onClick={onUndo}>Undo this change</Button>
        </div>
      )}
    </div>
  );
}
