import { type Gist, type StoredFile, storedFiles } from '../../read/gists/stored.ts';
import { difference } from '../patch-body.ts';
import type { PlannedFile } from './files.ts';

export interface FileWritten {
  readonly name: string;
  readonly status: PlannedFile['status'];
  readonly from?: string;
  /** Read back byte for byte; missing where GitHub does not show enough of it. */
  readonly verified?: boolean;
  readonly note?: string;
}

export interface GistWritten {
  readonly gist_id?: string;
  readonly url?: string;
  readonly public?: boolean;
  readonly version?: string;
  readonly updated_at?: string;
  readonly files?: FileWritten[];
  readonly starred?: boolean;
  readonly comment_id?: string;
  readonly verified?: boolean;
  readonly note?: string;
}

/** What is there now beside what was meant. */
export function compareFiles(now: Gist, files: readonly PlannedFile[], before = new Map<string, StoredFile>()) {
  const there = storedFiles(now);
  return files.map(({ name, status, from, text, size }): FileWritten => {
    const about = { name, status, ...(from !== undefined && { from }) };
    if (status === 'deleted') return { ...about, verified: !there.has(name) };
    const file = there.get(name);
    if (!file || (from !== undefined && there.has(from))) {
      return { ...about, verified: false, note: file ? 'It is there under its old name too.' : 'It is not there.' };
    }
    const meant = text === undefined ? size : Buffer.byteLength(text);
    if (file.partial !== undefined) {
      if (file.size !== meant) return { ...about, verified: false, note: `It has ${file.size} bytes, not ${meant}.` };
      return { ...about, note: `Not verified but for its size. ${file.partial}` };
    }
    const note = difference(file.text, text ?? '', before.get(from ?? name)?.text ?? '');
    return { ...about, verified: file.text === text, ...(note !== undefined && { note }) };
  });
}

export const aboutGist = ({ id, html_url, public: isPublic, updated_at, history }: Gist): GistWritten => {
  const version = history?.[0]?.version;
  return {
    ...(id !== undefined && { gist_id: id }),
    ...(html_url !== undefined && { url: html_url }),
    ...(isPublic !== undefined && { public: isPublic }),
    ...(version !== undefined && { version }),
    ...(updated_at !== undefined && { updated_at }),
  };
};

/** Versions that somebody else made between what was read and what is there now, as far as the history shows it. */
export function versionsBetween(before: Gist, now: Gist): string | undefined {
  const known = before.history?.[0]?.version;
  const at = now.history?.findIndex(({ version }) => version === known) ?? -1;
  if (known === undefined || at <= 1) return undefined;
  return `It was changed by somebody else at the same time: ${at} versions came after ${known}, one of them from here. Read it again.`;
}
