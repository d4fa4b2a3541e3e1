import { useChanges } from '../api/changes.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { plural } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import type { Item } from './item.ts';

interface CloseDialogProps {
  item: Item;
  status: 'completed' | 'cancelled';
  open: number;
  onClose: () => void;
}

/** A goal with open tasks is not closed without saying what becomes of them. */
export function CloseDialog({ item, status, open, onClose }: CloseDialogProps) {
  const { edit } = useChanges();
  const verb = status === 'completed' ? 'Complete' : 'Cancel';
  const close = (open_tasks: 'complete' | 'cancel'): void => {
    onClose();
    void edit({
      item,
      patch: { status, open_tasks },
      show: { status },
      before: { status: item.status },
      done: `${item.id} ${status} with its open tasks`,
    });
  };
  return (
    <Dialog title={`${verb} ${item.id}?`} onClose={onClose} className="max-w-md">
      <div className="space-y-4 overflow-y-auto p-5">
        <p className="wrap-anywhere">
          <Given text={item.title} className="font-medium" /> still has {plural(open, 'open task')}.
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep it open
          </Button>
          <Button onClick={() => close('cancel')}>Cancel the tasks</Button>
          <Button look="primary" onClick={() => close('complete')}>
            Complete the tasks
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
