import { ValidationError } from '@mcp-servers/core';
import type { Reading } from '../bundle.ts';
import { readBacklog } from './backlog.ts';
import { readBeads } from './beads.ts';
import { detectFormat } from './detect.ts';
import type { SourceFile } from './draft.ts';
import type { ImportFormat } from './formats.ts';
import { readJson } from './json.ts';
import { textFault } from './json-text.ts';
import { readMarkdown } from './markdown.ts';
import { readTaskMaster } from './task-master.ts';
import { readTaskwarrior } from './taskwarrior.ts';

const maxCharacters = 20 * 1024 * 1024;

const readers: Record<ImportFormat, (files: readonly SourceFile[]) => Reading> = {
  json: readJson,
  markdown: readMarkdown,
  'task-master': readTaskMaster,
  beads: readBeads,
  taskwarrior: readTaskwarrior,
  backlog: readBacklog,
};

export interface ReadInput {
  /** Names as the caller knows them: they stand in errors and warnings, and tell a format where the content does not. */
  files: { name: string; text: string }[];
  format?: ImportFormat | undefined;
}

/**
 * Task files of this or another program -> one bundle and what had no place in it. Pure: no file is opened, nothing is stored.
 * Throws a ValidationError that names file and line (or path) when the text is broken, hostile or of no known format.
 */
export function read({ files, format }: ReadInput): Reading & { format: ImportFormat } {
  if (files.length === 0) throw new ValidationError('There is no file to read.');
  const size = files.reduce((sum, { text }) => sum + text.length, 0);
  if (size > maxCharacters)
    throw new ValidationError(`The files have ${size} characters; at most ${maxCharacters} are read at once.`, {
      hint: 'Import them in parts.',
    });
  const clean = files.map(({ name, text }) => ({ name, text: text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n') }));
  for (const { name, text } of clean) {
    const fault = textFault(text);
    if (fault) throw new ValidationError(`${name}: ${fault}`);
  }
  const found = format ?? detectFormat(clean);
  return { ...readers[found](clean), format: found };
}
