import { type Account, findAccount } from './accounts.ts';
import type { State } from './state.ts';

/** Code is no place for references: fenced blocks, code spans and HTML comments go. */
export const withoutCode = (text: string): string => text.replaceAll(/```[\s\S]*?```|`[^`\n]*`|<!--[\s\S]*?-->/g, ' ');

/** Users that a text mentions with @. */
export function mentionsIn(state: State, text: string): Account[] {
  const found = withoutCode(text).matchAll(/(?<![\w@/])@([a-z\d][a-z\d-]{0,38})/gi);
  const names = new Set([...found].map(([, name]) => name ?? ''));
  return [...names].map((name) => findAccount(state, name)).filter((account) => account !== undefined);
}
