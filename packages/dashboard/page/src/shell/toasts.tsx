import { useEffect } from 'react';
import { createBox } from '../parts/box.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { legible } from '../parts/legible.ts';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => void } | undefined;
}

const most = 3;
const staysMs = 12_000;
const toasts = createBox<readonly Toast[]>([]);
let lastId = 0;
let lastAction: Toast['action'];

/** Says something at the edge of the page, with a way back where there is one. */
export function toast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
  lastId += 1;
  if (options.action) lastAction = options.action;
  toasts.set([
    ...toasts.get().slice(1 - most),
    { id: lastId, text, tone: options.tone ?? 'plain', action: options.action },
  ]);
}

const dismiss = (id: number): void => toasts.set(toasts.get().filter((entry) => entry.id !== id));

/** Does once what the newest message with an offer offered, also after it is gone; answers whether there was anything. */
export function runLastAction(): boolean {
  const action = lastAction;
  if (!action) return false;
  lastAction = undefined;
  toasts.set(toasts.get().filter((entry) => entry.action !== action));
  action.run();
  return true;
}

export function Toasts() {
  const shown = toasts.use();
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 lg:bottom-6"
    >
      {shown.map((entry) => (
        <ToastLine key={entry.id} entry={entry} />
      ))}
    </section>
  );
}

function ToastLine({ entry }: { entry: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(entry.id), staysMs);
    return () => clearTimeout(timer);
  }, [entry.id]);
  return (
    <div className="appear pointer-events-auto flex max-w-full items-center gap-2 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-4 text-sm shadow-pop">
      <span className={`wrap-anywhere min-w-0 ${entry.tone === 'bad' ? 'text-bad' : ''}`}>{legible(entry.text)}</span>
      {entry.action && (
        <Button
          onClick={() => {
            dismiss(entry.id);
            if (lastAction === entry.action) lastAction = undefined;
            entry.action?.run();
          }}
        >
          {entry.action.label}
        </Button>
      )}
      <IconButton label="Dismiss" icon="close" onClick={() => dismiss(entry.id)} />
    </div>
  );
}
