import { useRef } from 'react';
import { Button, Key } from '../parts/button.tsx';
import { count } from '../parts/format.ts';
import { PageHead } from '../parts/page-head.tsx';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { VirtualRows } from '../parts/virtual-rows.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { useActions } from './actions.tsx';
import { Board } from './board.tsx';
import { FilterBar } from './filter-bar.tsx';
import { type Filters, isFiltered, toQuery, useFilters } from './filters.ts';
import { ItemLine } from './lines.tsx';
import { useRename } from './rename-dialog.tsx';
import { useItems } from './use-items.ts';

export function GoalsPage() {
  const [filters, change] = useFilters();
  const search = useRef<HTMLInputElement>(null);
  const { create } = useActions();
  useShortcuts({ '/': () => search.current?.focus() });
  return (
    <>
      <PageHead title="Goals">
        <Button look="primary" icon="plus" onClick={() => create()} className="ml-auto">
          New goal
        </Button>
      </PageHead>
      <FilterBar filters={filters} change={change} search={search} />
      {filters.view === 'board' ? <Board filters={filters} /> : <List filters={filters} />}
    </>
  );
}

function List({ filters }: { filters: Filters }) {
  const { rows, total, atLeast, state, error, retry, loadingMore, more } = useItems(filters.kind, toQuery(filters));
  const { toggle, askDelete } = useActions();
  const [rename, renameDialog] = useRename();
  if (state === 'pending')
    return (
      <div className="card">
        <Loading rows={8} label={`Loading ${filters.kind}`} />
      </div>
    );
  if (state === 'failed')
    return (
      <div className="card">
        <Failed what={`The ${filters.kind}`} error={error} retry={retry} />
      </div>
    );
  if (rows.length === 0)
    return (
      <div className="card">
        <Nothing filters={filters} />
      </div>
    );
  return (
    <>
      <p className="mb-1.5 text-faint text-xs" role="status">
        {atLeast ? `over ${count(total)}` : count(total)} {total === 1 ? filters.kind.slice(0, -1) : filters.kind}
      </p>
      <div className="card overflow-clip">
        <VirtualRows
          key={filters.kind}
          items={rows}
          total={total}
          label={filters.kind === 'goals' ? 'Goals' : 'Tasks'}
          rowHeight={49}
          row={(row) => <ItemLine row={row} />}
          onEnd={more}
          keys={{ x: toggle, e: rename, Delete: askDelete }}
        />
        {loadingMore && <Loading rows={2} label="Loading more" />}
      </div>
      {renameDialog}
    </>
  );
}

function Nothing({ filters }: { filters: Filters }) {
  const [, change] = useFilters();
  const { create } = useActions();
  if (isFiltered(filters)) {
    return (
      <Empty
        icon="search"
        title={`No ${filters.kind} match these filters`}
        action={
          <Button onClick={() => change({ q: '', status: [], priority: [], tags: [], project: '', flags: [] })}>
            Clear the filters
          </Button>
        }
      >
        Fewer words or filters find more.
      </Empty>
    );
  }
  return (
    <Empty
      icon="goals"
      title={filters.kind === 'goals' ? 'No goals yet' : 'No tasks yet'}
      action={
        <Button look="primary" icon="plus" onClick={() => create()}>
          New goal
        </Button>
      }
    >
      Agents write them with <code className="font-mono">create_goal</code>; you can write one here, or press{' '}
      <Key>c</Key>.
    </Empty>
  );
}
