import { lazy, Suspense, useEffect, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useLive } from './api/use-live.ts';
import { ActionsProvider, useActions } from './goals/actions.tsx';
import { HomePage } from './home/home-page.tsx';
import { Empty, Loading } from './parts/states.tsx';
import { Layout, places } from './shell/layout.tsx';
import { useShortcuts } from './shell/shortcuts.ts';
import { runLastAction, Toasts } from './shell/toasts.tsx';

const GoalsPage = lazy(() => import('./goals/goals-page.tsx').then((module) => ({ default: module.GoalsPage })));
const GoalPage = lazy(() => import('./goals/goal-page.tsx').then((module) => ({ default: module.GoalPage })));
const TaskPage = lazy(() => import('./goals/task-page.tsx').then((module) => ({ default: module.TaskPage })));
const ServerPage = lazy(() => import('./servers/server-page.tsx').then((module) => ({ default: module.ServerPage })));
const ActivityPage = lazy(() =>
  import('./activity/activity-page.tsx').then((module) => ({ default: module.ActivityPage })),
);
const ConnectPage = lazy(() =>
  import('./connect/connect-page.tsx').then((module) => ({ default: module.ConnectPage })),
);
const CommandMenu = lazy(() => import('./shell/command-menu.tsx').then((module) => ({ default: module.CommandMenu })));
const HelpDialog = lazy(() => import('./shell/help-dialog.tsx').then((module) => ({ default: module.HelpDialog })));

export function App() {
  useLive();
  return (
    <ActionsProvider>
      <Shell />
      <Toasts />
    </ActionsProvider>
  );
}

function Shell() {
  const [open, setOpen] = useState<'command' | 'help'>();
  const [path, navigate] = useLocation();
  const { create } = useActions();
  const goTo = Object.fromEntries(places.map(({ href }, index) => [String(index + 1), () => navigate(href)]));
  const onItem = /^\/(goals|tasks)\//.test(path);
  useShortcuts({
    ...goTo,
    'mod+k': () => setOpen(open === 'command' ? undefined : 'command'),
    '?': () => setOpen('help'),
    u: () => void runLastAction(),
    // Pages of items make tasks with it, the list of goals searches in place.
    ...(!onItem && { c: () => create() }),
    ...(path !== '/goals' && { '/': () => setOpen('command') }),
  });
  useEffect(() => {
    if (path !== '') window.scrollTo(0, 0);
  }, [path]);
  const close = (): void => setOpen(undefined);
  return (
    <Layout onCommand={() => setOpen('command')} onHelp={() => setOpen('help')}>
      <Suspense
        fallback={
          <div className="card">
            <Loading rows={8} />
          </div>
        }
      >
        <Switch>
          <Route path="/" component={HomePage} />
          <Route path="/goals" component={GoalsPage} />
          <Route path="/goals/:id">{({ id }) => <GoalPage key={id} id={id} />}</Route>
          <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} id={id} />}</Route>
          <Route path="/servers/:name">{({ name }) => <ServerPage key={name} name={decodeURIComponent(name)} />}</Route>
          <Route path="/activity" component={ActivityPage} />
          <Route path="/connect" component={ConnectPage} />
          <Route>
            <h1 className="sr-only">Not found</h1>
            <Empty icon="search" title="There is no such page">
              The address may be from another version of the dashboard.
            </Empty>
          </Route>
        </Switch>
      </Suspense>
      <Suspense>
        {open === 'command' && <CommandMenu onClose={close} onHelp={() => setOpen('help')} />}
        {open === 'help' && <HelpDialog onClose={close} />}
      </Suspense>
    </Layout>
  );
}
