import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { Note } from '../../../src/contract.ts';
import { undo } from '../api/changes.ts';
import { historyQuery } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { Given } from '../parts/given.tsx';
import { Section } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { describeEvent } from './describe-event.ts';
import { Chip } from './lines.tsx';

/** Who changed what and when, each with a way back. */
export function History({ id }: { id: string }) {
  const client = useQueryClient();
  const { data, error, isPending, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    historyQuery(id),
  );
  const events = data?.pages.flatMap((page) => page.items) ?? [];
  // Older pages come by asking, so that the page stays small.
  return (
    <Section title="History">
      <div className="card">
        {isPending && <Loading rows={3} label="Loading the history" />}
        {error && !data && <Failed what="The history" error={error} retry={refetch} />}
        {data && events.length === 0 && <Empty icon="clock" title="Nothing has happened yet" />}
        <ol className="divide-y divide-line">
          {events.slice(0, 60).map((event) => (
            <li key={event.event} className="group px-3 py-2 text-sm">
              <p className="wrap-anywhere">
                <Given text={event.actor} className="font-medium" />{' '}
                <span className="text-soft">{describeEvent(event)}</span>
                {event.id !== id && <span className="font-mono text-faint text-xs"> {event.id}</span>}
              </p>
              <p className="flex items-center gap-2 text-faint text-xs">
                <Time at={event.at} />
                {event.client !== undefined && (
                  <span className="truncate">
                    via <Given text={event.client} />
                  </span>
                )}
                <button
                  type="button"
                  onClick={() => void undo(client, event.event)}
                  className="ml-auto min-h-6 rounded px-1 hover:text-ink hover:underline"
                >
                  Undo
                  <span className="sr-only"> {describeEvent(event)}</span>
                </button>
              </p>
            </li>
          ))}
        </ol>
        {hasNextPage && events.length < 60 && (
          <div className="border-line border-t p-2 text-center">
            <Button look="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show older
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}

const tones = { note: 'plain', progress: 'plain', decision: 'accent', handoff: 'good', blocker: 'warn' } as const;

export function Notes({ notes }: { notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  return (
    <Section title="Notes">
      <ol className="card divide-y divide-line">
        {notes.map((note) => (
          <li key={`${note.at} ${note.body}`} className="px-3 py-2 text-sm">
            <p className="mb-0.5 flex items-center gap-2 text-faint text-xs">
              <Chip tone={tones[note.kind]}>{note.kind}</Chip>
              <Given text={note.author} className="truncate" />
              <span className="ml-auto shrink-0">
                <Time at={note.at} />
              </span>
            </p>
            <p className="wrap-anywhere whitespace-pre-wrap">
              <Given text={note.body} />
            </p>
          </li>
        ))}
      </ol>
    </Section>
  );
}
