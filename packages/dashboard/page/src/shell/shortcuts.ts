import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Keys as the browser names them; `mod+k` is Ctrl or Cmd with K. */
export type Shortcuts = Partial<Record<string, (event: KeyboardEvent) => void>>;

/** Single keys, while no text is being written and no dialog or menu is open; those with `mod+` always. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => runShortcut(event, current.current);
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** The same for a key that was pressed within some part: that one is asked before the page. */
export function runShortcut(event: KeyboardEvent, shortcuts: Shortcuts): void {
  const mod = event.ctrlKey || event.metaKey;
  if (event.defaultPrevented || event.altKey || (!mod && (!singleKeys() || isTaken(event.target)))) return;
  const run = shortcuts[`${mod ? 'mod+' : ''}${event.key}`];
  if (!run) return;
  event.preventDefault();
  run(event);
}

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open], [role="menu"]')) return true;
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable="true"]');
}

const key = 'single-keys';
const changed = new EventTarget();

function singleKeys(): boolean {
  try {
    return localStorage.getItem(key) !== 'off';
  } catch {
    return true; // Storage is switched off.
  }
}

/** Single keys disturb who steers by voice, so they can be switched off (WCAG 2.1.4). */
export function setSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(key, on ? 'on' : 'off');
  } catch {
    // They stay on.
  }
  changed.dispatchEvent(new Event('change'));
}

function subscribe(listener: () => void): () => void {
  changed.addEventListener('change', listener);
  return () => changed.removeEventListener('change', listener);
}

export const useSingleKeys = (): boolean => useSyncExternalStore(subscribe, singleKeys);

/** What `?` shows. */
export const shortcutHelp: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ['Ctrl K'], what: 'Command menu' },
  { keys: ['/'], what: 'Search goals and tasks' },
  { keys: ['c'], what: 'Create a goal, or a task on a goal’s page' },
  { keys: ['j', 'k'], what: 'Next and previous row' },
  { keys: ['Enter'], what: 'Open the row' },
  { keys: ['e'], what: 'Edit the title' },
  { keys: ['x'], what: 'Complete, or reopen' },
  { keys: ['u'], what: 'Undo your last change' },
  { keys: ['1', '…', '4'], what: 'Home, Goals, Activity, Connect' },
  { keys: ['?'], what: 'This list' },
];
