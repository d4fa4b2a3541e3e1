import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { searchQuery } from '../api/queries.ts';
import { useActions } from '../goals/actions.tsx';
import { hrefOf } from '../goals/item.ts';
import { Key } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Given } from '../parts/given.tsx';
import { Icon, type IconName } from '../parts/icons.tsx';
import { StatusShape } from '../parts/status-mark.tsx';
import { places } from './layout.tsx';
import { setTheme, themes } from './theme.ts';
import { runLastAction } from './toasts.tsx';

interface Command {
  id: string;
  group: string;
  label: string;
  mark: ReactNode;
  hint?: string;
  run: () => void;
}

/** Everything by its name: pages, actions, and what a search finds. */
export function CommandMenu({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const commands = useCommands(text, onHelp);
  const active = Math.min(at, commands.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const choose = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Partial<Record<string, number>> = {
      ArrowDown: (active + 1) % Math.max(1, commands.length),
      ArrowUp: (active - 1 + commands.length) % Math.max(1, commands.length),
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(commands[active]);
    }
  };

  return (
    <Dialog title="Command menu" onClose={onClose} bare className="max-w-xl">
      <div className="flex items-center gap-2.5 border-line border-b px-4">
        <Icon name="search" className="size-4 text-faint" />
        <input
          data-focus
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={commands[active] && `${listId}-${commands[active].id}`}
          aria-label="Search goals, tasks and commands"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          placeholder="Search goals, tasks and commands"
          className="h-12 min-w-0 grow bg-transparent text-lg outline-none"
        />
        <Key>Esc</Key>
      </div>
      <div ref={list} id={listId} role="listbox" aria-label="Commands" className="max-h-[50vh] overflow-y-auto p-1.5">
        {commands.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the focus and the keys.
          // biome-ignore lint/a11y/useFocusableInteractive: the input points here with aria-activedescendant.
          <div
            key={command.id}
            id={`${listId}-${command.id}`}
            role="option"
            aria-selected={index === active}
            onClick={() => choose(command)}
            onMouseMove={() => setAt(index)}
            className="flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm aria-selected:bg-accent-soft"
          >
            <span className="text-soft">{command.mark}</span>
            <Given text={command.label} className="min-w-0 truncate" />
            <span className="ml-auto shrink-0 text-faint text-xs">{command.hint ?? command.group}</span>
          </div>
        ))}
        {commands.length === 0 && <p className="px-3 py-6 text-center text-faint text-sm">Nothing is called that.</p>}
      </div>
    </Dialog>
  );
}

function useCommands(text: string, onHelp: () => void): Command[] {
  const [, navigate] = useLocation();
  const { create } = useActions();
  const wanted = useDeferredValue(text.trim());
  const { data } = useQuery(searchQuery({ q: wanted, limit: '8' }));
  const icon = (name: IconName): ReactNode => <Icon name={name} />;
  const fixed: Command[] = [
    ...places.map(({ href, label, icon: name }) => ({
      id: `go-${label}`,
      group: 'Page',
      label: `Go to ${label}`,
      mark: icon(name),
      run: () => navigate(href),
    })),
    { id: 'create', group: 'Action', label: 'Create a goal', mark: icon('plus'), hint: 'c', run: () => create() },
    {
      id: 'board',
      group: 'View',
      label: 'Goals as a board',
      mark: icon('board'),
      run: () => navigate('/goals?view=board'),
    },
    {
      id: 'ready',
      group: 'View',
      label: 'Tasks that are ready',
      mark: icon('check'),
      run: () => navigate('/goals?kind=tasks&ready=true'),
    },
    {
      id: 'blocked',
      group: 'View',
      label: 'Tasks that are blocked',
      mark: icon('blocked'),
      run: () => navigate('/goals?kind=tasks&blocked=true'),
    },
    {
      id: 'undo',
      group: 'Action',
      label: 'Undo my last change',
      mark: icon('back'),
      hint: 'u',
      run: () => void runLastAction(),
    },
    ...themes.map((theme) => ({
      id: `theme-${theme}`,
      group: 'Theme',
      label: `Theme: ${theme}`,
      mark: icon(theme === 'system' ? 'system' : theme === 'light' ? 'sun' : 'moon'),
      run: () => setTheme(theme),
    })),
    { id: 'help', group: 'Action', label: 'Keyboard shortcuts', mark: icon('keyboard'), hint: '?', run: onHelp },
  ];
  const known = text.trim().toLowerCase();
  const found: Command[] =
    known === ''
      ? []
      : (data?.items ?? []).map((row) => ({
          id: row.id,
          group: row.kind,
          label: row.title,
          mark: <StatusShape status={row.status} />,
          hint: row.id,
          run: () => navigate(hrefOf(row.id)),
        }));
  return [...fixed.filter(({ label }) => label.toLowerCase().includes(known)), ...found];
}
