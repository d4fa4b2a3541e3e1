import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Event } from '../../../src/contract.ts';
import { undo } from '../api/changes.ts';
import { activityQuery } from '../api/queries.ts';
import { changedFields } from '../goals/describe-event.ts';
import { Button } from '../parts/button.tsx';
import { count, words } from '../parts/format.ts';
import { apart, legible } from '../parts/legible.ts';
import { useParams } from '../parts/use-params.ts';
import { EventLine } from './event-line.tsx';
import { Choose, Facts, LogList, LogRow } from './log-list.tsx';

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
  const [search, set, only] = useParams();
  const kind = names.find((name) => name === search.get('kind')) ?? 'all';
  const actor = search.get('actor') ?? '';
  const events = useInfiniteQuery(
    activityQuery({ ...(kind !== 'all' && { types: kinds[kind] }), ...(actor !== '' && { actor }) }),
  );
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = events;
  const [heldAt, setHeldAt] = useState<number>();
  const [open, setOpen] = useState<number>();
  const all = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const held = heldAt !== undefined;
  const rows = useMemo(
    () =>
      all
        .filter(({ event }) => heldAt === undefined || event <= heldAt)
        .map((event) => ({ whole: event, id: event.event })),
    [all, heldAt],
  );
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const filters = (
    <>
      <Choose
        label="Kind of change"
        value={kind}
        choices={names.map((name) => ({ value: name, label: name === 'all' ? 'All changes' : name }))}
        onChoose={(value) => set('kind', value === 'all' ? '' : value)}
      />
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
        {held ? `Go on (${count(all.length - rows.length)} new)` : 'Hold'}
      </Button>
    </>
  );
  return (
    <LogList
      of={events}
      what="The activity"
      label="Changes, newest first"
      filters={filters}
      rows={rows}
      rowHeight={57}
      onEnd={onEnd}
      empty={
        kind === 'all' && actor === ''
          ? { title: 'Nothing has happened yet', text: 'What agents and people change appears here.' }
          : { title: 'No change matches these filters', clear: () => only({}) }
      }
      row={({ id, whole }) => (
        <Row
          event={whole}
          open={open === id}
          onOpen={() => setOpen(open === id ? undefined : id)}
          onUndo={() => void undo(client, id)}
        />
      )}
    />
  );
}

function Row({ event, open, onOpen, onUndo }: { event: Event; open: boolean; onOpen: () => void; onUndo: () => void }) {
  const line = (
    <div className="min-w-0 grow">
      <EventLine event={event} />
    </div>
  );
  return (
    <LogRow label={`Details of change ${event.event}`} open={open} onOpen={onOpen} line={line}>
      <p className="wrap-anywhere text-soft">
        {words(event.type)} · event {event.event}
        {event.client !== undefined && ` · via ${apart(event.client)}`}
        {event.undo_of !== undefined && ` · undoes event ${event.undo_of}`}
      </p>
      <Facts>
        {changedFields(event).map(({ name, before, after }) => [
          words(name),
          <span key={name} className="font-mono">
            {before !== undefined && <del className="text-bad">{legible(JSON.stringify(before))}</del>}{' '}
            {after !== undefined && <ins className="text-good no-underline">{legible(JSON.stringify(after))}</ins>}
          </span>,
        ])}
      </Facts>
      <Button onClick={onUndo}>Undo this change</Button>
    </LogRow>
  );
}
