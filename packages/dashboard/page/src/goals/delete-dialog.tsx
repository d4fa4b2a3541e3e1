import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { Deleted } from '../../../src/contract.ts';
import { isGoalId, useChanges } from '../api/changes.ts';
import { messageOf, request } from '../api/client.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { plural } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { hrefOf, type Item } from './item.ts';

/** Shows what goes along before anything does. */
export function DeleteDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const { remove } = useChanges();
  const [path, navigate] = useLocation();
  const kind = isGoalId(item.id) ? 'goals' : 'tasks';
  const preview = useQuery({
    queryKey: ['deletion', item.id],
    queryFn: () => request<Deleted>(`/api/${kind}/${item.id}?preview=true`, { method: 'DELETE' }),
    gcTime: 0,
  });
  const along = (preview.data?.tasks ?? 0) - (kind === 'tasks' ? 1 : 0);
  const held = (preview.data?.held ?? 0) > 0;
  const confirm = async (): Promise<void> => {
    onClose();
    if ((await remove(item, held)) && path === hrefOf(item.id)) navigate('/goals');
  };
  return (
    <Dialog title={`Delete ${item.id}?`} onClose={onClose} className="max-w-md">
      <div className="space-y-4 overflow-y-auto p-5">
        <p className="wrap-anywhere font-medium">
          <Given text={item.title} />
        </p>
        <div className="space-y-1 text-soft text-sm" aria-live="polite">
          {preview.isPending && <p>Looking at what goes along …</p>}
          {preview.isError && <p className="text-bad">{messageOf(preview.error)}</p>}
          {preview.data && (
            <>
              <p>{along > 0 ? `${plural(along, 'task')} below it will go along.` : 'Nothing else goes along.'}</p>
              {preview.data.held > 0 && (
                <p className="text-warn">{plural(preview.data.held, 'task')} held by an agent at work.</p>
              )}
              {(preview.data.dependants?.length ?? 0) > 0 && (
                <p className="text-warn">
                  {plural(preview.data.dependants?.length ?? 0, 'task')} elsewhere waits for it.
                </p>
              )}
              <p>You can undo this.</p>
            </>
          )}
        </div>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button look="danger" icon="trash" disabled={!preview.data} onClick={() => void confirm()}>
            {held ? 'Delete anyway' : 'Delete'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
