import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { TaskDetail } from '../../../src/contract.ts';
import { useChanges } from '../api/changes.ts';
import { taskQuery } from '../api/queries.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { CodeRegion } from '../parts/code-region.tsx';
import { words } from '../parts/format.ts';
import { Icon } from '../parts/icons.tsx';
import { Section } from '../parts/page-head.tsx';
import { Failed, Loading } from '../parts/states.tsx';
import { isOpen, StatusShape } from '../parts/status-mark.tsx';
import { Time } from '../parts/time.tsx';
import { useTitle } from '../parts/use-title.ts';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useActions } from './actions.tsx';
import { Editable } from './editable.tsx';
import { Facts } from './facts.tsx';
import { DeletedNote, Path } from './goal-page.tsx';
import { History, Notes } from './history.tsx';
import { hrefOf } from './item.ts';
import { TaskTree } from './task-tree.tsx';

export function TaskPage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(taskQuery(id));
  useTitle(data ? `${id} ${data.task.title}` : id);
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

function Whole({ detail }: { detail: TaskDetail }) {
  const { task, goal, tasks, tasks_total, links, blockers, notes } = detail;
  const { edit } = useChanges();
  const { setTitle, create, askDelete, toggle } = useActions();
  const addTask = (): void => create({ id: goal.id, title: goal.title, parentTaskId: task.id });
  useShortcuts({ c: addTask });
  return (
    <>
      <Path>
        <Link href="/goals" className="rounded-sm hover:text-ink hover:underline">
          Goals
        </Link>
        <Link href={hrefOf(goal.id)} className="min-w-0 truncate rounded-sm hover:text-ink hover:underline">
          {goal.id} {goal.title}
        </Link>
        {task.parent_task_id !== undefined && (
          <Link href={hrefOf(task.parent_task_id)} className="rounded-sm font-mono hover:text-ink hover:underline">
            {task.parent_task_id}
          </Link>
        )}
        <span className="font-mono">{task.id}</span>
      </Path>
      {task.deleted_at !== undefined && <DeletedNote />}
      <div className="mb-2 flex items-start gap-2">
        <h1 className="min-w-0 grow font-semibold text-xl tracking-tight">
          <Editable
            label="Title"
            value={task.title}
            required
            maxLength={200}
            shortcut="e"
            onSave={(title) => setTitle(task, title)}
          />
        </h1>
        <Button icon="check" onClick={() => toggle(task)} className="max-sm:hidden">
          {isOpen(task.status) ? 'Complete' : 'Reopen'}
        </Button>
        <IconButton label={`Delete ${task.id}`} icon="trash" onClick={() => askDelete(task)} />
      </div>
      <div className="mb-4">
        <Facts item={task} />
      </div>
      {blockers.length > 0 && isOpen(task.status) && (
        <p className="mb-3 flex flex-wrap items-center gap-x-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          <Icon name="blocked" />
          Waits for
          {blockers.map(({ id, title }) => (
            <Link key={id} href={hrefOf(id)} className="rounded-sm underline">
              {id} {title}
            </Link>
          ))}
        </p>
      )}
      {task.lease_holder !== undefined && (
        <p className="mb-3 flex items-center gap-2 text-accent text-sm">
          <Icon name="lock" />
          Held by {task.lease_holder}, ends <Time at={task.lease_until} />
        </p>
      )}
      <Editable
        label="Description"
        value={task.description ?? ''}
        placeholder="Add a description"
        multiline
        maxLength={20_000}
        className="mb-6 max-w-3xl text-soft"
        onSave={(description) =>
          void edit({
            item: task,
            patch: { description: description === '' ? null : description },
            show: { description: description === '' ? null : description },
            before: { description: task.description ?? null },
            done: `${task.id} saved`,
          })
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 xl:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="min-w-0">
          <Acceptance task={task} />
          <TaskTree title="Sub-tasks" tasks={tasks} total={tasks_total} links={links} onAdd={addTask} />
          <Links links={links} id={task.id} />
          <Result task={task} />
        </div>
        <div className="min-w-0">
          <Notes notes={notes} />
          <History id={task.id} />
        </div>
      </div>
    </>
  );
}

function Acceptance({ task }: { task: TaskDetail['task'] }) {
  if (!task.acceptance?.length) return null;
  return (
    <Section title="Done when">
      <ul className="card list-disc space-y-1 py-3 pr-4 pl-8 text-sm">
        {task.acceptance.map((line) => (
          <li key={line} className="break-words">
            {line}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Links({ links, id }: { links: TaskDetail['links']; id: string }) {
  if (links.length === 0) return null;
  return (
    <Section title="Links">
      <ul className="card divide-y divide-line">
        {links.map((link) => (
          <li key={`${link.from} ${link.type} ${link.to}`} className="flex items-center gap-2 px-3 py-2 text-sm">
            <span className="w-28 shrink-0 text-faint text-xs">{linkWords(link, id)}</span>
            <StatusShape status={link.other_status} />
            <Link href={hrefOf(link.other_id)} className="min-w-0 truncate rounded-sm hover:underline">
              <span className="font-mono text-faint text-xs">{link.other_id}</span> {link.other_title}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function linkWords({ type, from }: TaskDetail['links'][number], id: string): string {
  const out = from === id;
  if (type === 'blocks') return out ? 'blocks' : 'is blocked by';
  if (type === 'duplicates') return out ? 'duplicates' : 'has duplicate';
  if (type === 'discovered_from') return out ? 'discovered from' : 'led to';
  return words(type);
}

function Result({ task }: { task: TaskDetail['task'] }) {
  if (task.result === undefined) return null;
  return (
    <Section title="Result">
      <CodeRegion label={`Result of ${task.id}`} className="card max-h-96 overflow-auto p-3">
        {JSON.stringify(task.result, null, 2)}
      </CodeRegion>
    </Section>
  );
}
