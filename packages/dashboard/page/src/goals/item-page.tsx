import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Goal, Note, Task, Link as TaskLink, TreeTask } from '../../../src/contract.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { Path } from '../parts/page-head.tsx';
import { isOpen } from '../parts/status-mark.tsx';
import { useTitle } from '../parts/use-title.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useActions } from './actions.tsx';
import { Editable } from './editable.tsx';
import { Facts } from './facts.tsx';
import { History, Notes } from './history.tsx';
import type { Item } from './item.ts';
import { TaskTree } from './task-tree.tsx';

interface ItemPageProps {
  item: (Goal | Task) & Item;
  /** The way to it, below Goals. */
  path: ReactNode[];
  /** What holds it up, and what else is known before its text. */
  above?: ReactNode;
  below?: ReactNode;
  /** Beside its tasks. */
  before?: ReactNode;
  after?: ReactNode;
  tasks: { title: string; tasks: readonly TreeTask[]; total: number; links: readonly TaskLink[] };
  notes: readonly Note[];
  onAdd: () => void;
}

/** A goal or task: what it is, its tasks, its notes and its history. */
export function ItemPage({ item, path, above, below, before, after, tasks, notes, onAdd }: ItemPageProps) {
  const { setText, askDelete, toggle } = useActions();
  useTitle(`${item.id} ${item.title}`);
  useShortcuts({ c: onAdd });
  const save = (field: 'title' | 'description') => (text: string, version: number | undefined) =>
    setText({ ...item, version }, field, text);
  return (
    <>
      <Path>
        {[
          <Link key="goals" href="/goals" className="rounded-sm hover:text-ink hover:underline">
            Goals
          </Link>,
          ...path,
        ]}
      </Path>
      {item.deleted_at !== undefined && (
        <p role="status" className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          This is deleted. Undo the deletion in its history to bring it back.
        </p>
      )}
      <div className="mb-2 flex items-start gap-2">
        <Editable
          item={item}
          field="title"
          value={item.title}
          required
          maxLength={200}
          shortcut="e"
          onSave={save('title')}
        />
        <Button icon="check" onClick={() => toggle(item)} className="max-sm:hidden">
          {isOpen(item.status) ? 'Complete' : 'Reopen'}
        </Button>
        <IconButton label={`Delete ${item.id}`} icon="trash" onClick={() => askDelete(item)} />
      </div>
      <div className="mb-4">
        <Facts item={item} />
      </div>
      {above}
      <Editable
        item={item}
        field="description"
        value={item.description ?? ''}
        placeholder="Add a description"
        multiline
        maxLength={20_000}
        className="max-w-3xl text-soft"
        onSave={save('description')}
      />
      <div className="mb-6">{below}</div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="min-w-0">
          {before}
          <TaskTree {...tasks} onAdd={onAdd} />
          {after}
        </div>
        <div className="min-w-0">
          <Notes notes={notes} />
          <History id={item.id} />
        </div>
      </div>
    </>
  );
}
