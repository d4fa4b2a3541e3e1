import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import type { Priority, Status } from '../../../src/contract.ts';
import { isGoalId, useChanges } from '../api/changes.ts';
import { conflict } from '../api/conflict.ts';
import { words } from '../parts/format.ts';
import { isOpen } from '../parts/status-mark.tsx';
import { CloseDialog } from './close-dialog.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import type { Item } from './item.ts';

export interface Actions {
  setStatus: (item: Item, status: Status) => void;
  /** Completes what is open, reopens what is not. */
  toggle: (item: Item) => void;
  setPriority: (item: Item & { priority: Priority }, priority: Priority) => void;
  /** Title or description; an empty description is none. */
  setText: (item: Item, field: 'title' | 'description', text: string) => void;
  /** A goal, or a task of this one. */
  create: (under?: { id: string; title: string; parentTaskId?: string | undefined }) => void;
  askDelete: (item: Item) => void;
}

const ConflictDialog = lazy(() =>
  import('./conflict-dialog.tsx').then((module) => ({ default: module.ConflictDialog })),
);

const Context = createContext<Actions | undefined>(undefined);

/** What can be done to items, from wherever they are shown. */
export function useActions(): Actions {
  const actions = useContext(Context);
  if (!actions) throw new Error('Actions are used outside of ActionsProvider.');
  return actions;
}

type Asking =
  | { kind: 'create'; under: Parameters<Actions['create']>[0] }
  | { kind: 'close'; item: Item; status: 'completed' | 'cancelled'; open: number }
  | { kind: 'delete'; item: Item };

/** Gives the actions, and shows the dialogs that some of them need. */
export function ActionsProvider({ children }: { children: ReactNode }) {
  const { edit } = useChanges();
  const [asking, setAsking] = useState<Asking>();
  const refused = conflict.use();
  const actions = useMemo<Actions>(() => {
    const setStatus = (item: Item, status: Status): void => {
      if (status === item.status) return;
      const open = isGoalId(item.id) && item.progress ? item.progress.pending + item.progress.in_progress : 0;
      if (open > 0 && (status === 'completed' || status === 'cancelled')) {
        setAsking({ kind: 'close', item, status, open });
        return;
      }
      void edit({
        item,
        patch: { status },
        show: { status },
        before: { status: item.status },
        done: `${item.id} ${words(status)}`,
      });
    };
    return {
      setStatus,
      toggle: (item) => setStatus(item, isOpen(item.status) ? 'completed' : 'pending'),
      setPriority: (item, priority) =>
        void edit({
          item,
          patch: { priority },
          show: { priority },
          before: { priority: item.priority },
          done: `${item.id} is of ${priority} priority`,
        }),
      setText: (item, field, text) => {
        const value = text === '' ? null : text;
        void edit({
          item,
          patch: { [field]: value },
          show: { [field]: value },
          before: { [field]: item[field] ?? null },
          done: `${item.id} ${field === 'title' ? 'renamed' : 'saved'}`,
        });
      },
      create: (under) => setAsking({ kind: 'create', under }),
      askDelete: (item) => setAsking({ kind: 'delete', item }),
    };
  }, [edit]);
  const close = (): void => setAsking(undefined);
  return (
    <Context value={actions}>
      {children}
      {asking?.kind === 'create' && <CreateDialog under={asking.under} onClose={close} />}
      {asking?.kind === 'close' && <CloseDialog {...asking} onClose={close} />}
      {asking?.kind === 'delete' && <DeleteDialog item={asking.item} onClose={close} />}
      <Suspense>{refused && <ConflictDialog {...refused} />}</Suspense>
    </Context>
  );
}
