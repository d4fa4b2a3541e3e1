import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { GoalDetail, Progress } from '../../../src/contract.ts';
import { goalQuery } from '../api/queries.ts';
import { count } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { ReadingPage } from '../parts/states.tsx';
import { useActions } from './actions.tsx';
import { ItemPage } from './item-page.tsx';

export function GoalPage({ id }: { id: string }) {
  return (
    <ReadingPage of={useQuery(goalQuery(id))} what={id}>
      {(detail) => <Whole detail={detail} />}
    </ReadingPage>
  );
}

function Whole({ detail: { goal, progress, tasks, tasks_total: total, links, notes } }: { detail: GoalDetail }) {
  const { create } = useActions();
  return (
    <ItemPage
      item={{ ...goal, progress }}
      path={[
        <span key="id" className="font-mono">
          {goal.id}
        </span>,
        goal.project !== 'default' && (
          <Link
            key="project"
            href={`/goals?project=${encodeURIComponent(goal.project)}`}
            className="wrap-anywhere rounded-sm hover:text-ink hover:underline"
          >
            <Given text={goal.project} />
          </Link>
        ),
      ]}
      below={<ProgressLine progress={progress} id={goal.id} />}
      tasks={{ title: 'Tasks', tasks, total, links }}
      notes={notes}
      onAdd={() => create({ id: goal.id, title: goal.title })}
    />
  );
}

function ProgressLine({ progress, id }: { progress: Progress; id: string }) {
  const { total, completed, in_progress, blocked, cancelled, percent } = progress;
  if (total === 0) return null;
  const facts = [
    `${count(completed)} of ${count(total - cancelled)} done`,
    in_progress > 0 && `${count(in_progress)} in progress`,
    blocked > 0 && `${count(blocked)} blocked`,
    cancelled > 0 && `${count(cancelled)} cancelled`,
  ].filter((fact) => fact !== false);
  return (
    <div className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
      <span className="w-full max-w-xs">
        <ProgressBar percent={percent} label={`Progress of ${id}`} />
      </span>
      <span className="font-medium">{Math.round(percent)} %</span>
      <span className="text-soft">{facts.join(' · ')}</span>
    </div>
  );
}
