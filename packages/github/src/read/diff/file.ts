import { toVisible } from '@mcp-servers/core/outside';
import type { RestData } from '../../client/index.ts';
import { jsonLength } from '../budget.ts';
import { counted } from '../counted.ts';
import { type Hunk, hunksOf, numbered } from './hunks.ts';

/** A changed file as GitHub lists it: of a pull request, a commit or a comparison. */
export type ChangedFile = RestData<'GET /repos/{owner}/{repo}/pulls/{pull_number}/files'>[number];

/** Commits in which the old and the new text of a file can be read. */
export interface Sides {
  readonly before: string | undefined;
  readonly after: string;
}

export interface FileHead {
  path: string;
  status?: string;
  previous?: string;
  additions: number;
  deletions: number;
}

export interface FileDiff extends FileHead {
  /** Sha of the file on the new side. */
  sha?: string;
  hunks?: Hunk[];
  /** Of the file; given when not all of them are here. */
  of_hunks?: number;
  note?: string;
}

export const headOf = (file: ChangedFile): FileHead => ({
  path: file.filename,
  ...(file.status !== 'modified' && { status: file.status }),
  ...(file.previous_filename !== undefined && { previous: file.previous_filename }),
  ...{ additions: file.additions, deletions: file.deletions },
});

interface How {
  /** Hunks that were given already. */
  readonly skip: number;
  readonly only: number | undefined;
  readonly room: number;
  /** The room of a whole answer; a hunk that is longer is named, not shown. */
  readonly whole: number;
  readonly sides: Sides;
}

/** A note takes no more, but for long paths. */
const noteChars = 300;

/** The next hunks of a file that fit, and whether some are left. */
export function toFileDiff(
  file: ChangedFile,
  { skip, only, room, whole, sides }: How,
): { diff: FileDiff; taken: number; left: boolean } {
  const about: FileDiff = { ...headOf(file), ...(file.sha && { sha: file.sha }) };
  const all = hunksOf(file.patch ?? '');
  if (all.length === 0) return { diff: { ...about, note: whyNoPatch(file, sides) }, taken: 0, left: false };
  const wanted = only === undefined ? all.slice(skip) : all.filter(({ hunk }) => hunk === only);
  if (only !== undefined && wanted.length === 0) {
    return { diff: { ...about, note: `It has ${counted(all.length, 'hunk')}.` }, taken: 0, left: false };
  }
  const hunks: Hunk[] = [];
  const large: Hunk[] = [];
  const head = jsonLength(about) + 60;
  let used = head;
  let taken = 0;
  for (const hunk of wanted) {
    const size = hunkLength(hunk);
    if (head + size > whole) {
      if (used + noteChars > room && taken > 0) break;
      // It never fits: it is named, and left out.
      large.push(hunk);
      used += noteChars;
    } else {
      if (used + size > room) break;
      hunks.push(hunk);
      used += size;
    }
    taken += 1;
  }
  const note = large.map((hunk) => tooLarge(hunk, file, sides)).join(' ');
  const diff: FileDiff = {
    ...about,
    ...(hunks.length > 0 && { hunks }),
    ...(hunks.length < all.length && { of_hunks: all.length }),
    ...(note && { note }),
  };
  return { diff, taken, left: only === undefined && taken < wanted.length };
}

/** What a hunk takes of an answer, in JSON or with the numbers of its lines. */
const hunkLength = (hunk: Hunk): number => Math.max(jsonLength(hunk), toVisible(numbered(hunk)).text.length + 120) + 1;

/** What a file takes of an answer. */
export const diffLength = ({ hunks = [], ...about }: FileDiff): number =>
  hunks.reduce((sum, hunk) => sum + hunkLength(hunk), jsonLength(about) + 20);

/** `github_read_files (ref …)`; what was removed is only in the old commit. */
function reading({ status }: ChangedFile, { before, after }: Sides): string {
  const ref = status === 'removed' ? before : after;
  return `github_read_files${ref === undefined ? '' : ` (ref ${ref})`}`;
}

function whyNoPatch(file: ChangedFile, sides: Sides): string {
  if (file.changes > 0) return `Too large: GitHub gives no patch. Read it with ${reading(file, sides)}.`;
  if (file.status === 'renamed') return 'Renamed without a change.';
  return `Binary or empty, or only its mode changed. ${reading(file, sides)} tells its kind and size; the bytes of a binary file come with a clone.`;
}

function tooLarge({ hunk, text, new_start, old_start }: Hunk, file: ChangedFile, sides: Sides): string {
  const lines = text.split('\n').length;
  const line = file.status === 'removed' ? old_start : new_start;
  return `Hunk ${hunk} has ${counted(lines, 'line')} (${counted(text.length, 'character')}), more than max_chars: read it with ${reading(file, sides)} from line ${line}.`;
}
