import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { TaskDetail } from '../../../src/contract.ts';
import { taskQuery } from '../api/queries.ts';
import { CodeRegion } from '../parts/code-region.tsx';
import { words } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Icon } from '../parts/icons.tsx';
import { legible } from '../parts/legible.ts';
import { Section } from '../parts/page-head.tsx';
import { ReadingPage } from '../parts/states.tsx';
import { isOpen, StatusShape } from '../parts/status-mark.tsx';
import { Time } from '../parts/time.tsx';
import { useActions } from './actions.tsx';
import { hrefOf } from './item.ts';
import { ItemPage } from './item-page.tsx';

export function TaskPage({ id }: { id: string }) {
  return (
    <ReadingPage of={useQuery(taskQuery(id))} what={id}>
      {(detail) => <Whole detail={detail} />}
    </ReadingPage>
  );
}

function Whole({ detail }: { detail: TaskDetail }) {
  const { task, goal, tasks, tasks_total: total, links, blockers, notes } = detail;
  const { create } = useActions();
  return (
    <ItemPage
      item={task}
      path={[
        <Link key="goal" href={hrefOf(goal.id)} className="min-w-0 truncate rounded-sm hover:text-ink hover:underline">
          {goal.id} <Given text={goal.title} />
        </Link>,
        task.parent_task_id !== undefined && (
          <Link
            key="parent"
            href={hrefOf(task.parent_task_id)}
            className="rounded-sm font-mono hover:text-ink hover:underline"
          >
            {task.parent_task_id}
          </Link>
        ),
        <span key="id" className="font-mono">
          {task.id}
        </span>,
      ]}
      above={
        <>
          {isOpen(task.status) && <WaitsFor blockers={blockers} />}
          {task.lease_holder !== undefined && (
            <p className="mb-3 flex items-center gap-2 text-accent text-sm">
              <Icon name="lock" />
              <span className="wrap-anywhere min-w-0">
                Held by <Given text={task.lease_holder} />, ends <Time at={task.lease_until} />
              </span>
            </p>
          )}
        </>
      }
      before={<Acceptance task={task} />}
      tasks={{ title: 'Sub-tasks', tasks, total, links }}
      after={
        <>
          <Links links={links} id={task.id} />
          <Result task={task} />
        </>
      }
      notes={notes}
      onAdd={() => create({ id: goal.id, title: goal.title, parentTaskId: task.id })}
    />
  );
}

function WaitsFor({ blockers }: { blockers: TaskDetail['blockers'] }) {
  if (blockers.length === 0) return null;
  return (
    <p className="mb-3 flex flex-wrap items-center gap-x-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <Icon name="blocked" />
      Waits for
      {blockers.map(({ id, title }) => (
        <Link key={id} href={hrefOf(id)} className="wrap-anywhere min-w-0 rounded-sm underline">
          {id} <Given text={title} />
        </Link>
      ))}
    </p>
  );
}

function Acceptance({ task }: { task: TaskDetail['task'] }) {
  if (!task.acceptance?.length) return null;
  return (
    <Section title="Done when">
      <ul className="card list-disc space-y-1 py-3 pr-4 pl-8 text-sm">
        {task.acceptance.map((line) => (
          <li key={line} className="wrap-anywhere">
            <Given text={line} />
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
              <span className="font-mono text-faint text-xs">{link.other_id}</span> <Given text={link.other_title} />
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
        {legible(JSON.stringify(task.result, null, 2))}
      </CodeRegion>
    </Section>
  );
}
