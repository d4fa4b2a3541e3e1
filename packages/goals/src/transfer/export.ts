import { randomBytes } from 'node:crypto';
import { ConflictError, ValidationError } from '@mcp-servers/core';
import type { Store } from '../work/store.ts';
import { type Counts, openContents } from './contents.ts';
import { readOutline, type Selection } from './outline.ts';
import { type ExportFormat, endings, renderers } from './render.ts';
import { createFile } from './write-file.ts';

export interface ExportInput extends Selection {
  format: ExportFormat;
  /** Name or path of a new file; without it the export is in the answer when it fits. */
  file?: string | undefined;
}

export interface ExportOptions {
  folders: readonly string[];
  maxChars: number;
  signal: AbortSignal;
}

/** What an answer needs beside the export itself. */
const frame = 300;
/** Pieces are joined until they are about this long: a write for every line would be slow. */
const writeSize = 256 * 1024;

/** The export itself, or where it is. */
export interface ExportAnswer extends Counts {
  format: ExportFormat;
  content?: string | object;
  file?: string;
  bytes?: number;
}

/** Writes what is selected, as the store is at one moment, into the answer or a new file. */
export async function exportItems(
  store: Store,
  { format, file, ...selection }: ExportInput,
  { folders, maxChars, signal }: ExportOptions,
): Promise<ExportAnswer> {
  if (selection.ids && selection.project !== undefined)
    throw new ValidationError('ids cannot be combined with project: they say already what to export.');
  return store.snapshot(async (at) => {
    const contents = openContents(at, await readOutline(at, selection));
    const pieces = renderers[format](contents, at.now);
    const { counts } = contents;
    const facts = () => ({ format, ...counts });
    let text = '';
    let next = await pieces.next();
    while (!next.done && file === undefined && text.length <= maxChars - frame) {
      text += next.value;
      next = await pieces.next();
    }
    if (next.done && file === undefined && text.length <= maxChars - frame) {
      return { ...facts(), content: format === 'json' ? (JSON.parse(text) as object) : text };
    }

    if (file === undefined && folders.length === 0) throw tooLong(maxChars);
    await using target = await createFile(folders, file ?? nameFor(at.now, format));
    for (; !next.done; next = await pieces.next()) {
      signal.throwIfAborted();
      text += next.value;
      if (text.length < writeSize) continue;
      await target.write(text);
      text = '';
    }
    await target.write(text);
    return { ...facts(), file: target.path, bytes: await target.publish() };
  }, signal);
}

/** A name that sorts by time and is nobody else's. */
function nameFor(now: Date, format: ExportFormat): string {
  const time = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  return `goals-${time}-${randomBytes(3).toString('hex')}.${endings[format]}`;
}

function tooLong(maxChars: number): ConflictError {
  return new ConflictError(`The export has more than ${maxChars} characters, and this server writes no files.`, {
    hint: 'Ask for less: name a goal, or give more max_chars.',
  });
}
