import { memo, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { GoalRow, TaskRow } from '../../../src/contract.ts';
import { count } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Icon } from '../parts/icons.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Time } from '../parts/time.tsx';
import { hrefOf, isOverdue } from './item.ts';
import { PriorityMenu, StatusMenu } from './item-menus.tsx';
import { Marked } from './marked.tsx';

/** One goal or task in a list: what it is, how far it is, what holds it up. */
export const ItemLine = memo(function ItemLine({ row }: { row: GoalRow | TaskRow }) {
  return (
    <div className="@container">
      <div className="flex min-h-12 items-center gap-x-2 px-2 py-1.5 focus-within:bg-hover hover:bg-hover sm:px-3">
        <StatusMenu item={row} />
        <div className="flex min-w-0 grow flex-wrap items-center gap-x-2 gap-y-0.5 @2xl:gap-x-3 @2xl:flex-nowrap">
          <Link
            href={hrefOf(row.id)}
            data-row
            className="flex min-w-0 basis-full flex-col rounded-sm @2xl:basis-auto @2xl:grow"
          >
            <span className="flex min-w-0 items-baseline gap-2.5">
              <span className="hidden w-20 shrink-0 whitespace-nowrap font-mono text-faint text-xs @2xl:inline">
                {row.id}
              </span>
              <Given
                text={row.title}
                hover
                className={`truncate ${row.status === 'cancelled' ? 'text-faint line-through' : ''}`}
              />
            </span>
            {row.snippet && (
              <span className="truncate text-faint text-xs @2xl:pl-22.5">
                <Marked text={row.snippet} />
              </span>
            )}
          </Link>
          <Tags tags={row.tags ?? []} />
          <span className="shrink-0 whitespace-nowrap font-mono text-faint text-xs @2xl:hidden" aria-hidden="true">
            {row.id}
          </span>
          {row.kind === 'goal' ? <GoalFacts goal={row} /> : <TaskFacts task={row} />}
        </div>
        <PriorityMenu item={row} />
        <Time at={row.updated_at} className="hidden w-20 shrink-0 text-right text-faint text-xs @2xl:inline-block" />
      </div>
    </div>
  );
});

export function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="hidden shrink-0 gap-1 @4xl:flex">
      {tags.slice(0, 3).map((tag) => (
        <Chip key={tag}>
          <Given text={tag} className="truncate" />
        </Chip>
      ))}
      {tags.length > 3 && <Chip>+{tags.length - 3}</Chip>}
    </span>
  );
}

export function Chip({
  children,
  tone = 'plain',
}: {
  children: ReactNode;
  tone?: 'plain' | 'warn' | 'bad' | 'good' | 'accent';
}) {
  const tones = {
    plain: 'bg-idle-soft text-soft',
    warn: 'bg-warn-soft text-warn',
    bad: 'bg-bad-soft text-bad',
    good: 'bg-good-soft text-good',
    accent: 'bg-accent-soft text-accent',
  };
  return (
    <span
      className={`inline-flex h-5 max-w-40 items-center gap-1 truncate whitespace-nowrap rounded px-1.5 text-xs ${tones[tone]}`}
    >
      {children}
    </span>
  );
}

export function Due({ due, status }: { due: string | undefined; status: GoalRow['status'] }) {
  if (due === undefined) return null;
  return (
    <Chip tone={isOverdue(due, status) ? 'bad' : 'plain'}>
      <Icon name="clock" className="size-3" />
      <span className="sr-only">due </span>
      <Time at={due} />
    </Chip>
  );
}

function GoalFacts({ goal }: { goal: GoalRow }) {
  const { completed, total, cancelled, percent, blocked } = goal.progress;
  const counted = total - cancelled;
  return (
    <span className="flex shrink-0 items-center gap-2 @2xl:gap-3">
      {blocked > 0 && (
        <span className="hidden @3xl:inline">
          <Chip tone="warn">{count(blocked)} blocked</Chip>
        </span>
      )}
      <Due due={goal.due_at} status={goal.status} />
      <span className="flex w-22 items-center @2xl:w-36 gap-2 text-soft text-xs">
        {counted > 0 ? (
          <>
            <ProgressBar percent={percent} label={`Progress of ${goal.id}`} />
            <span className="min-w-7 shrink-0 @2xl:min-w-9">
              {count(completed)}/{count(counted)}
            </span>
          </>
        ) : (
          <span className="text-faint">no tasks</span>
        )}
      </span>
    </span>
  );
}

function TaskFacts({ task }: { task: TaskRow }) {
  return (
    <span className="flex shrink-0 items-center gap-2 text-faint text-xs">
      {(task.open_blockers ?? 0) > 0 && <Chip tone="warn">blocked by {task.open_blockers}</Chip>}
      {task.lease_holder !== undefined && (
        <Chip tone="accent">
          <Icon name="lock" className="size-3" />
          <Given text={task.lease_holder} className="truncate" />
        </Chip>
      )}
      <Due due={task.due_at} status={task.status} />
      <Link href={hrefOf(task.goal_id)} className="rounded-sm font-mono hover:text-ink hover:underline">
        {task.goal_id}
      </Link>
    </span>
  );
}
