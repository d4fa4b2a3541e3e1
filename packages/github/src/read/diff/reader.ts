import * as z from 'zod';
import { type ChangedFile, diffLength, type FileDiff, headOf, type Sides, toFileDiff } from './file.ts';

/** Where a diff comes from; the only thing in which pull requests, commits and comparisons differ. */
export interface DiffSource {
  /** A page of GitHub's list of changed files, counted from 1; each is asked for once. */
  readonly page: (page: number) => Promise<{ readonly files: readonly ChangedFile[]; readonly more: boolean }>;
  readonly sides: Sides;
}

/** GitHub's page, the file of it that is next, and how many of its hunks were given. */
export const FilePlace = z.strictObject({
  page: z.int().min(1).max(1000),
  file: z.int().min(0).max(10_000),
  hunk: z.int().min(0).max(100_000),
});
export type FilePlace = z.infer<typeof FilePlace>;

export const firstFile: FilePlace = { page: 1, file: 0, hunk: 0 };

export interface DiffWanted {
  readonly wants: (file: ChangedFile) => boolean;
  readonly start: FilePlace;
  readonly maxChars: number;
  /** False names the files and counts their lines. */
  readonly hunks: boolean;
  /** One file alone, and maybe one hunk of it. */
  readonly single?: boolean;
  readonly hunk?: number | undefined;
}

export interface DiffPart {
  readonly files: FileDiff[];
  /** Undefined at the end. */
  readonly next: FilePlace | undefined;
  /** Paths that were looked at. */
  readonly seen: readonly string[];
}

/** Files with whole hunks only, as many as fit; at least one file. */
export async function readFileDiffs({ page: ask, sides }: DiffSource, wanted: DiffWanted): Promise<DiffPart> {
  const { wants, start, maxChars, hunks, single = false, hunk } = wanted;
  const files: FileDiff[] = [];
  const seen: string[] = [];
  let room = maxChars;
  for (let page = start.page; ; page += 1) {
    const answer = await ask(page);
    for (const [index, file] of answer.files.entries()) {
      if (page === start.page && index < start.file) continue;
      seen.push(file.filename);
      if (!wants(file)) continue;
      const skip = page === start.page && index === start.file ? start.hunk : 0;
      const part = hunks
        ? toFileDiff(file, { skip, only: hunk, room, whole: maxChars, sides })
        : { diff: headOf(file), taken: 0, left: false };
      // The head of a file without any of its hunks says nothing, unless it is all that fits.
      const empty = (part.taken === 0 && part.left) || diffLength(part.diff) > room;
      if (empty && files.length > 0) return { files, next: { page, file: index, hunk: skip }, seen };
      files.push(part.diff);
      room -= diffLength(part.diff);
      if (part.left) return { files, next: { page, file: index, hunk: skip + part.taken }, seen };
      if (single) return { files, next: undefined, seen };
    }
    if (!answer.more) return { files, next: undefined, seen };
  }
}

/** Asks for each page once. */
export function remembered(ask: DiffSource['page']): DiffSource['page'] {
  const pages = new Map<number, ReturnType<typeof ask>>();
  return (page) => {
    const answer = pages.get(page) ?? ask(page);
    pages.set(page, answer);
    return answer;
  };
}
