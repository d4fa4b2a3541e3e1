import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Stats } from '../../../src/contract.ts';
import { statsQuery } from '../api/queries.ts';
import { count } from '../parts/format.ts';

/** What there is to do, each figure a way to its list, and how the last days went. */
export function Figures() {
  const { data } = useQuery(statsQuery);
  const facts = [
    { label: 'In progress', value: data?.tasks.in_progress, href: '/goals?kind=tasks&status=in_progress' },
    { label: 'Pending', value: data?.tasks.pending, href: '/goals?kind=tasks&status=pending' },
    { label: 'Blocked', value: data?.tasks.blocked, href: '/goals?kind=tasks&blocked=true' },
    { label: 'Overdue', value: data?.tasks.overdue, href: '/goals?kind=tasks&overdue=true' },
  ];
  return (
    <div className="card mb-7 grid grid-cols-2 overflow-hidden sm:grid-cols-4 lg:grid-cols-[repeat(4,1fr)_1.8fr]">
      {facts.map(({ label, value, href }) => (
        <Link
          key={label}
          href={href}
          className="-mr-px -mb-px -outline-offset-2 border-line border-r border-b px-4 py-3 hover:bg-hover"
        >
          <span className="block text-faint text-xs">{label}</span>
          <span className="block font-medium text-xl tracking-tight">
            {value === undefined ? <span className="skeleton mt-1.5 block h-5 w-10" /> : count(value)}
          </span>
        </Link>
      ))}
      <div className="col-span-2 px-4 py-3 sm:col-span-4 lg:col-span-1">
        <Throughput days={data?.throughput ?? []} />
      </div>
    </div>
  );
}

function Throughput({ days }: { days: Stats['throughput'] }) {
  const most = Math.max(1, ...days.map(({ completed }) => completed));
  const sum = days.reduce((total, { completed }) => total + completed, 0);
  const step = 10;
  return (
    <>
      <span className="flex justify-between text-faint text-xs">
        Tasks completed a day
        <span>
          {count(sum)} in {days.length} days
        </span>
      </span>
      <svg
        viewBox={`0 0 ${Math.max(1, days.length) * step} 28`}
        preserveAspectRatio="none"
        className="mt-1 h-7 w-full"
        role="img"
        aria-label={`${count(sum)} tasks completed in ${days.length} days, at most ${count(most)} a day`}
      >
        {days.map(({ day, completed }, index) => {
          const height = completed === 0 ? 1 : Math.max(3, (completed / most) * 28);
          return (
            <rect
              key={day}
              x={index * step + 1}
              y={28 - height}
              width={step - 2}
              height={height}
              fill={completed === 0 ? 'var(--line)' : 'var(--accent)'}
            >
              <title>{`${day}: ${completed} completed`}</title>
            </rect>
          );
        })}
      </svg>
    </>
  );
}
