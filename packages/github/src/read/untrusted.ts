import { cutLines } from '@mcp-servers/core';
import { fence, newMark } from '@mcp-servers/core/outside';

export interface Written {
  readonly text: string | null | undefined;
  readonly author?: string | undefined;
  /** `owner/name#12`, or `a comment on owner/name#12`. */
  readonly source: string;
}

/** A body for a text answer: fenced with its author and source, or a word that there is none. */
export function showBody({ text, author, source }: Written, { mark = newMark(), maxChars = 90_000 } = {}): string {
  if (!text) return '(no text)';
  return fence(cutLines(text, maxChars), { source, author }, mark);
}

/** The login of an account; deleted accounts have none. */
export const loginOf = (user: { login: string } | null | undefined): string => user?.login ?? 'ghost';
