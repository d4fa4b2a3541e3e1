import { nearest } from '@mcp-servers/core';
import { oneLine } from './untrusted.ts';

const mostNamed = 20;
const longest = 100;

/** Names that others gave, in a sentence of ours: each in quotes, on one line, with what it hides, and not long. */
export const quoted = (names: readonly string[]): string[] =>
  names.map((name) => {
    const shown = oneLine(name.slice(0, longest).toWellFormed());
    return `"${shown}${name.length > longest ? '…' : ''}"`;
  });

export interface NearOptions {
  /** Said instead of what there is, where nothing is near. */
  readonly otherwise?: string;
}

/** The way out when a name is not there: those that are near, or else what there is. */
export function nearHint(wanted: string, names: readonly string[], { otherwise }: NearOptions = {}): string {
  const near = quoted(nearest(wanted, names));
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`;
  if (otherwise !== undefined) return otherwise;
  const some = quoted(names.slice(0, mostNamed)).join(', ') || 'none';
  return `There are ${some}${names.length > mostNamed ? ', …' : ''}.`;
}
