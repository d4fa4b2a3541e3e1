import { useEffect } from 'react';
import { legible } from './legible.ts';

/** What the window is called while this is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${legible(title)} · mcp-servers`;
  }, [title]);
}
