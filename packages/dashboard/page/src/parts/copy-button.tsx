import { useState } from 'react';
import { Button } from './button.tsx';

/** Copies a text; says so for two seconds. */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async (): Promise<void> => {
    const copied = await write(typeof text === 'string' ? text : text());
    setState(copied ? 'copied' : 'failed');
    setTimeout(() => setState('idle'), 2000);
  };
  return (
    <Button icon={state === 'copied' ? 'check' : 'copy'} onClick={() => void copy()}>
      <span aria-live="polite">{{ idle: label, copied: 'Copied', failed: 'Press Ctrl C' }[state]}</span>
    </Button>
  );
}

/** Over plain HTTP on another address than this machine there is no clipboard interface. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
