import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Event, GoalRow, Health, Server } from '../../../src/contract.ts';
import { EventLine } from '../activity/event-line.tsx';
import { activityQuery, goalsQuery, healthQuery, serversQuery } from '../api/queries.ts';
import { ItemLine } from '../goals/lines.tsx';
import { Section } from '../parts/page-head.tsx';
import { StateShape } from '../parts/state-mark.tsx';
import { Empty, Reading } from '../parts/states.tsx';
import { useTitle } from '../parts/use-title.ts';
import { Figures } from './figures.tsx';
import { ServerTable } from './server-table.tsx';
import { judge } from './verdict.ts';

const more = 'rounded-sm text-accent text-sm hover:underline';

export function HomePage() {
  useTitle('Home');
  const servers = useQuery(serversQuery);
  const health = useQuery(healthQuery);
  const goals = useInfiniteQuery(goalsQuery({ status: 'in_progress' }));
  const anyGoal = useInfiniteQuery(goalsQuery({}));
  // What it knows of but never saw running is asleep; a client that would start it has been connected already.
  const unused = servers.data?.items.every(({ state, configured_in }) => state === 'asleep' && !configured_in);
  const fresh = unused && anyGoal.data?.pages[0]?.total === 0;
  return (
    <>
      <Sentence servers={servers.data?.items} health={health.data} />
      {fresh ? (
        <Welcome />
      ) : (
        <>
          <Figures />
          <Section title="Servers">
            <div className="card overflow-clip">
              <Reading of={servers} what="The servers" rows={3}>
                {({ items }) => <Servers servers={items} />}
              </Reading>
            </div>
          </Section>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-x-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
            <Section
              title="Goals in progress"
              aside={
                <Link href="/goals" className={more}>
                  All goals
                </Link>
              }
            >
              <div className="card overflow-clip">
                <Reading of={goals} what="The goals" rows={4}>
                  {({ pages }) => <Goals rows={pages[0]?.items.slice(0, 8) ?? []} />}
                </Reading>
              </div>
            </Section>
            <Latest />
          </div>
        </>
      )}
    </>
  );
}

function Sentence({ servers, health }: { servers: readonly Server[] | undefined; health: Health | undefined }) {
  if (!servers) {
    return (
      <h1 className="mb-6 font-semibold text-xl tracking-tight">
        <span className="text-faint">Looking at the servers …</span>
      </h1>
    );
  }
  const { state, sentence, href } = judge(servers, health);
  return (
    <div className="mb-6">
      <h1 className="flex items-start gap-2.5 font-semibold text-xl tracking-tight">
        <StateShape state={state} className="mt-1.5 size-4" />
        <span className="wrap-anywhere min-w-0">
          {href === undefined ? (
            sentence
          ) : (
            <Link href={href} className="rounded-sm hover:underline">
              {sentence}
            </Link>
          )}
        </span>
      </h1>
      {health && <Checks health={health} />}
    </div>
  );
}

function Checks({ health }: { health: Health }) {
  return (
    <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-soft text-sm sm:pl-6.5" aria-label="Health checks">
      {Object.entries(health.checks).map(([name, check]) => (
        <li key={name} className="inline-flex items-center gap-1.5" title={check.reason}>
          <StateShape state={check.configured === false ? 'asleep' : check.status} className="size-2.5" />
          {name}
          {check.configured === false ? (
            <span className="text-faint">not used</span>
          ) : (
            <span className={check.status === 'healthy' ? 'sr-only' : 'text-faint'}>{check.status}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Servers({ servers }: { servers: readonly Server[] }) {
  if (servers.length === 0) {
    return (
      <Empty icon="connect" title="No server has been seen yet" action={<ConnectLink />}>
        A server starts when a client does. Add one to yours.
      </Empty>
    );
  }
  return <ServerTable servers={servers} />;
}

function Goals({ rows }: { rows: readonly GoalRow[] }) {
  if (rows.length === 0)
    return (
      <Empty icon="goals" title="No goal is in progress">
        A goal is in progress from the first claim of a task on.
      </Empty>
    );
  return (
    <ul className="divide-y divide-line">
      {rows.map((row) => (
        <li key={row.id}>
          <ItemLine row={row} />
        </li>
      ))}
    </ul>
  );
}

function Latest() {
  return (
    <Section
      title="Latest activity"
      aside={
        <Link href="/activity" className={more}>
          All activity
        </Link>
      }
    >
      <div className="card overflow-clip">
        <Reading of={useInfiniteQuery(activityQuery({}))} what="The activity" rows={4}>
          {({ pages }) => <Events events={pages[0]?.items.slice(0, 10) ?? []} />}
        </Reading>
      </div>
    </Section>
  );
}

function Events({ events }: { events: readonly Event[] }) {
  if (events.length === 0) return <Empty icon="activity" title="Nothing has happened yet" />;
  return (
    <ol className="divide-y divide-line">
      {events.map((event) => (
        <li key={event.event} className="px-3 py-2">
          <EventLine event={event} />
        </li>
      ))}
    </ol>
  );
}

const ConnectLink = (): ReactNode => (
  <Link
    href="/connect"
    className="inline-flex h-8 items-center rounded-md bg-accent px-3 font-medium text-on-accent text-sm hover:bg-accent-strong"
  >
    Connect a client
  </Link>
);

/** A fresh install: nothing is wrong, and there is one thing to do. */
function Welcome() {
  return (
    <div className="card py-6">
      <Empty icon="connect" title="Ready. Add the servers to your client." action={<ConnectLink />}>
        Claude Desktop, Claude Code, Cursor or VS Code: have the lines written, start the client anew, and what your
        agents work on appears here as it happens.
      </Empty>
    </div>
  );
}
