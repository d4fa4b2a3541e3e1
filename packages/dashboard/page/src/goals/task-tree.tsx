import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Link as TaskLink, TreeTask } from '../../../src/contract.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { count } from '../parts/format.ts';
import { Given } from '../parts/given.tsx';
import { Icon } from '../parts/icons.tsx';
import { legible } from '../parts/legible.ts';
import { Section } from '../parts/page-head.tsx';
import { Segmented } from '../parts/segmented.tsx';
import { Empty } from '../parts/states.tsx';
import { isOpen } from '../parts/status-mark.tsx';
import { VirtualRows } from '../parts/virtual-rows.tsx';
import { useActions } from './actions.tsx';
import { hrefOf } from './item.ts';
import { StatusMenu } from './item-menus.tsx';
import { Chip } from './lines.tsx';
import { useRename } from './rename-dialog.tsx';
import { type Blocker, chooseLines, type TreeChoice, type TreeLine, toLines } from './tree.ts';

interface TaskTreeProps {
  title: string;
  tasks: readonly TreeTask[];
  total: number;
  links: readonly TaskLink[];
  onAdd: () => void;
}

/** Tasks with their sub-tasks: what is ready, what waits for what. */
export function TaskTree({ title, tasks, total, links, onAdd }: TaskTreeProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [choice, setChoice] = useState<TreeChoice>('all');
  const { toggle } = useActions();
  const [rename, renameDialog] = useRename();
  const lines = useMemo(
    () => chooseLines(toLines(tasks, links, choice === 'all' ? folded : new Set()), choice),
    [tasks, links, folded, choice],
  );
  const ready = tasks.filter((task) => task.ready).length;
  const blocked = tasks.filter(({ status, open_blockers }) => isOpen(status) && open_blockers > 0).length;
  const fold = (id: string): void => setFolded((now) => now.symmetricDifference(new Set([id])));
  const aside = (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {tasks.length > 0 && (
        <Segmented
          label="Which tasks"
          value={choice}
          choices={[
            { value: 'all', label: `All ${count(total)}` },
            { value: 'ready', label: `Ready ${count(ready)}` },
            { value: 'blocked', label: `Blocked ${count(blocked)}` },
          ]}
          onChoose={setChoice}
        />
      )}
      <Button icon="plus" onClick={onAdd}>
        Task
      </Button>
    </div>
  );
  return (
    <Section title={title} aside={aside}>
      <div className="card overflow-clip">
        {lines.length > 0 && (
          <VirtualRows
            key={choice}
            items={lines}
            total={lines.length}
            label={title}
            rowHeight={41}
            row={(line) => <Line line={line} isFolded={folded.has(line.id)} onFold={() => fold(line.id)} />}
            keys={{ x: toggle, e: rename, o: (line) => line.children > 0 && fold(line.id) }}
          />
        )}
        {tasks.length === 0 && (
          <Empty
            icon="list"
            title="No tasks yet"
            action={
              <Button icon="plus" onClick={onAdd}>
                Add a task
              </Button>
            }
          >
            Break it into steps; an agent claims those that are ready.
          </Empty>
        )}
        {tasks.length > 0 && lines.length === 0 && (
          <Empty
            icon="list"
            title={`Nothing is ${choice}`}
            action={<Button onClick={() => setChoice('all')}>Show all</Button>}
          />
        )}
      </div>
      {total > tasks.length && (
        <p className="mt-2 text-faint text-xs">
          The first {count(tasks.length)} of {count(total)} tasks. The rest is in the list of tasks.
        </p>
      )}
      {renameDialog}
    </Section>
  );
}

function Line({ line, isFolded, onFold }: { line: TreeLine; isFolded: boolean; onFold: () => void }) {
  return (
    <div
      className="flex min-h-10 items-center gap-1 py-1 pr-3 focus-within:bg-hover hover:bg-hover"
      style={{ paddingLeft: 6 + Math.min(line.depth, 6) * 18 }}
    >
      {line.children > 0 ? (
        <IconButton
          label={`${isFolded ? 'Unfold' : 'Fold'} ${line.id}`}
          aria-expanded={!isFolded}
          icon={isFolded ? 'chevron' : 'down'}
          className="size-6"
          onClick={onFold}
        />
      ) : (
        <span className="w-6 shrink-0" />
      )}
      <StatusMenu item={line} />
      <div className="flex min-w-0 grow flex-wrap items-center gap-x-2 gap-y-0.5 sm:flex-nowrap">
        <Link href={hrefOf(line.id)} data-row className="flex min-w-0 items-baseline gap-2.5 rounded-sm sm:grow">
          <span className="hidden w-20 shrink-0 whitespace-nowrap font-mono text-faint text-xs sm:inline">
            {line.id}
          </span>
          <Given text={line.title} hover className={`truncate ${isOpen(line.status) ? '' : 'text-faint'}`} />
        </Link>
        <span className="flex shrink-0 items-center gap-1.5 text-xs">
          {line.lease_holder !== undefined && (
            <Chip tone="accent">
              <Icon name="lock" className="size-3" />
              <Given text={line.lease_holder} className="truncate" />
            </Chip>
          )}
          {line.percent > 0 && isOpen(line.status) && <span className="text-soft">{line.percent} %</span>}
          {line.open_blockers > 0 && isOpen(line.status) && (
            <Ends tone="warn" words="waits for" ends={line.blockers} total={line.open_blockers} />
          )}
          {line.blocks.length > 0 && <Ends tone="plain" words="blocks" ends={line.blocks} total={line.blocks.length} />}
          {line.ready && <Chip tone="good">ready</Chip>}
        </span>
      </div>
    </div>
  );
}

interface EndsProps {
  words: string;
  ends: readonly Blocker[];
  total: number;
  tone: 'warn' | 'plain';
}

/** The other ends of links: one by name, the rest by number. */
function Ends({ words, ends, total, tone }: EndsProps) {
  const [first] = ends;
  return (
    <span
      title={ends.map(({ id, title }) => `${id} ${legible(title ?? '')}`).join('\n')}
      className={tone === 'plain' ? 'hidden lg:inline' : ''}
    >
      <Chip tone={tone}>
        {tone === 'warn' && <Icon name="blocked" className="size-3" />}
        {words}{' '}
        {first ? (
          <Link href={hrefOf(first.id)} className="rounded-sm font-mono underline-offset-2 hover:underline">
            {first.id}
          </Link>
        ) : (
          count(total)
        )}
        {first && total > 1 && ` +${total - 1}`}
      </Chip>
    </span>
  );
}
