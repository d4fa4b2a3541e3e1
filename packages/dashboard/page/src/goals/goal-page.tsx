import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { GoalDetail, Progress } from '../../../src/contract.ts';
import { useChanges } from '../api/changes.ts';
import { goalQuery } from '../api/queries.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { count } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { useTitle } from '../parts/use-title.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useActions } from './actions.tsx';
import { Editable } from './editable.tsx';
import { Facts } from './facts.tsx';
import { History, Notes } from './history.tsx';
import { TaskTree } from './task-tree.tsx';

export function GoalPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(goalQuery(id));
  useTitle(data ? `${id} ${data.goal.title}` : id);
  if (error && !data)
    return (
      <div className="card">
        <Failed what={id} error={error} retry={refetch} />
      </div>
    );
  if (!data)
    return (
      <div className="card">
        <Loading rows={8} label={`Loading ${id}`} />
      </div>
    );
  return <Whole detail={data} />;
}

function Whole({ detail }: { detail: GoalDetail }) {
  const { goal, progress, tasks, tasks_total, links, notes } = detail;
  const { edit } = useChanges();
  const { setTitle, create, askDelete, toggle } = useActions();
  const item = { ...goal, progress };
  const addTask = (): void => create({ id: goal.id, title: goal.title });
  useShortcuts({ c: addTask });
  return (
    <>
      <Path>
        <Link href="/goals" className="rounded-sm hover:text-ink hover:underline">
          Goals
        </Link>
        <span className="font-mono">{goal.id}</span>
        {goal.project !== 'default' && (
          <Link
            href={`/goals?project=${encodeURIComponent(goal.project)}`}
            className="rounded-sm hover:text-ink hover:underline"
          >
            {goal.project}
          </Link>
        )}
      </Path>
      {goal.deleted_at !== undefined && <DeletedNote />}
      <div className="mb-2 flex items-start gap-2">
        <h1 className="min-w-0 grow font-semibold text-xl tracking-tight">
          <Editable
            label="Title"
            value={goal.title}
            required
            maxLength={200}
            shortcut="e"
            onSave={(title) => setTitle(item, title)}
          />
        </h1>
        <Button icon="check" onClick={() => toggle(item)} className="max-sm:hidden">
          {goal.status === 'completed' || goal.status === 'cancelled' ? 'Reopen' : 'Complete'}
        </Button>
        <IconButton label={`Delete ${goal.id}`} icon="trash" onClick={() => askDelete(item)} />
      </div>
      <div className="mb-4">
        <Facts item={item} />
      </div>
      <Editable
        label="Description"
        value={goal.description ?? ''}
        placeholder="Add a description"
        multiline
        maxLength={20_000}
        className="max-w-3xl text-soft"
        onSave={(description) =>
          void edit({
            item,
            patch: { description: description === '' ? null : description },
            show: { description: description === '' ? null : description },
            before: { description: goal.description ?? null },
            done: `${goal.id} saved`,
          })
        }
      />
      <ProgressLine progress={progress} id={goal.id} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <TaskTree title="Tasks" tasks={tasks} total={tasks_total} links={links} onAdd={addTask} />
        <div className="min-w-0">
          <Notes notes={notes} />
          <History id={goal.id} />
        </div>
      </div>
    </>
  );
}

export function Path({ children }: { children: ReactNode[] }) {
  const parts = children.filter((part) => part !== false && part !== null);
  return (
    <nav aria-label="Path" className="mb-2 flex flex-wrap items-center gap-1.5 text-faint text-sm">
      {parts.map((part, index) => (
        <span key={index} className="inline-flex min-w-0 items-center gap-1.5">
          {index > 0 && <Icon name="chevron" className="size-3" />}
          {part}
        </span>
      ))}
    </nav>
  );
}

export function DeletedNote() {
  return (
    <p role="status" className="mb-3 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      This is deleted. Undo the deletion in its history to bring it back.
    </p>
  );
}

function ProgressLine({ progress, id }: { progress: Progress; id: string }) {
  const { total, completed, in_progress, blocked, cancelled, percent } = progress;
  if (total === 0) return <div className="mt-5" />;
  const facts = [
    `${count(completed)} of ${count(total - cancelled)} done`,
    in_progress > 0 && `${count(in_progress)} in progress`,
    blocked > 0 && `${count(blocked)} blocked`,
    cancelled > 0 && `${count(cancelled)} cancelled`,
  ].filter((fact) => fact !== false);
  return (
    <div className="mt-4 mb-6 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span className="w-full max-w-xs">
        <ProgressBar percent={percent} label={`Progress of ${id}`} />
      </span>
      <span className="font-medium">{Math.round(percent)} %</span>
      <span className="text-soft">{facts.join(' · ')}</span>
    </div>
  );
}
