import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { EventPage } from '../../../src/contract.ts';
import { isGoalId } from '../api/changes.ts';
import { request } from '../api/client.ts';
import { type Conflict, conflict } from '../api/conflict.ts';
import { goalQuery, taskQuery } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { words } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Reading } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { describeEvent, told } from './describe-event.ts';
import { hrefOf } from './item.ts';

/** Someone else was first: what they changed, what of ours waits, and the choice. */
export function ConflictDialog({ item, version, mine, doing, again }: Conflict) {
  const [, navigate] = useLocation();
  const close = (): void => conflict.set(undefined);
  const fields = Object.keys(mine);
  return (
    <Dialog title={`${item.id} was changed by someone else`} onClose={close}>
      <div className="space-y-4 overflow-y-auto p-5 text-sm">
        <p>Nothing of yours was {doing}. Since you looked:</p>
        <Since id={item.id} version={item.version ?? 0} />
        {fields.length > 0 && <Sides id={item.id} mine={mine} />}
      </div>
      <footer className="flex flex-wrap items-center justify-end gap-2 border-line border-t px-5 py-3">
        <Button
          look="quiet"
          onClick={() => {
            close();
            again(version);
          }}
        >
          {doing === 'saved' ? 'Save mine anyway' : 'Delete anyway'}
        </Button>
        <Button
          look="primary"
          data-focus
          onClick={() => {
            close();
            navigate(hrefOf(item.id));
          }}
        >
          Look again
        </Button>
      </footer>
    </Dialog>
  );
}

/** Changes of the item that are newer than what we saw. */
function Since({ id, version }: { id: string; version: number }) {
  const read = useQuery({
    queryKey: ['since', id, version],
    queryFn: ({ signal }) => request<EventPage>(`/api/items/${id}/history?limit=50`, { signal }),
    gcTime: 0,
  });
  return (
    <Reading of={read} what="The changes" rows={1}>
      {({ items }) => (
        <ul className="card divide-y divide-line" aria-label="What changed">
          {items
            .filter((event) => event.id === id && Number(event.after?.version) > version)
            .map((event) => (
              <li key={event.event} className="flex items-baseline gap-2 px-3 py-2">
                <span className="min-w-0 wrap-anywhere">
                  <Given text={event.actor} className="font-medium" /> {describeEvent(event)}
                </span>
                <Time at={event.at} className="ml-auto shrink-0 text-faint text-xs" />
              </li>
            ))}
        </ul>
      )}
    </Reading>
  );
}

/** Field by field what it is now and what we would have it be. */
function Sides({ id, mine }: { id: string; mine: Record<string, unknown> }) {
  const goal = useQuery({ ...goalQuery(id), enabled: isGoalId(id) });
  const task = useQuery({ ...taskQuery(id), enabled: !isGoalId(id) });
  const now = (goal.data?.goal ?? task.data?.task) as Record<string, unknown> | undefined;
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
      {Object.entries(mine).map(([field, value]) => (
        <div key={field} className="contents">
          <dt className="text-faint">{words(field)} now</dt>
          <dd className="wrap-anywhere whitespace-pre-wrap">{now ? <Given text={told(now[field])} /> : '…'}</dd>
          <dt className="text-faint">{words(field)}, yours</dt>
          <dd className="wrap-anywhere whitespace-pre-wrap font-medium">
            <Given text={told(value)} />{' '}
            {(field === 'title' || field === 'description') && <CopyButton text={told(value)} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
