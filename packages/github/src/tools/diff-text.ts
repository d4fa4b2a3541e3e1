import { fence } from '@mcp-servers/core/outside';
import * as z from 'zod';
import { counted } from '../read/counted.ts';
import { numbered } from '../read/diff/index.ts';
import { label } from './rows-text.ts';

const Hunk = z.object({
  hunk: z.number(),
  header: z.string(),
  old_start: z.number(),
  new_start: z.number(),
  text: z.string(),
});
/** A changed file as the diff reader gives it. */
export const DiffFile = z.object({
  path: z.string(),
  sha: z.string().optional(),
  status: z.string().optional(),
  previous: z.string().optional(),
  additions: z.number(),
  deletions: z.number(),
  hunks: z.array(Hunk).optional(),
  of_hunks: z.number().optional(),
  note: z.string().optional(),
});
export type DiffFile = z.infer<typeof DiffFile>;

/** A file with its hunks, their lines numbered, between marks of its own; what is said of it below. */
export function diffText(file: DiffFile, { source, mark }: { source: string; mark: string }): string {
  const { hunks = [], of_hunks, note } = file;
  const text = hunks.map((hunk) => `[hunk ${hunk.hunk}] ${hunk.header}\n${numbered(hunk)}`).join('\n');
  const head = label(headText(file, of_hunks ? [`${hunks.length} of ${counted(of_hunks, 'hunk')} here`] : []));
  return [fence(text ? `${head}\n${text}` : head, { source }, mark), ...(note ? [label(note)] : [])].join('\n');
}

/** Files without hunks, one a line, between the same marks. */
export const filesText = (files: readonly DiffFile[], { source, mark }: { source: string; mark: string }): string =>
  files.length === 0 ? '(nothing)' : fence(files.map((file) => label(headText(file))).join('\n'), { source }, mark);

function headText({ path, additions, deletions, status, previous }: DiffFile, more: readonly string[] = []): string {
  const facts = [`+${additions} -${deletions}`, ...(status ? [status] : []), ...(previous ? [`was ${previous}`] : [])];
  return `${path} (${[...facts, ...more].join(', ')})`;
}
