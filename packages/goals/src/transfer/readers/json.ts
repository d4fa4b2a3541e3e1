import { ValidationError } from '@mcp-servers/core';
import { Bundle, bundleFormat, type Reading } from '../bundle.ts';
import { quote, type SourceFile } from './draft.ts';
import { expectRecord, parseJson } from './json-text.ts';

const maxProblems = 5;

/** Our own export. Nothing is guessed: what does not fit is an error that names the path. */
export function readJson(files: readonly SourceFile[]): Reading {
  const [file, second] = files;
  if (!file || second) throw new ValidationError(`json: one file at a time, these are ${files.length}.`);
  const value = expectRecord(parseJson(file.text, file.name), file.name);
  const parsed = Bundle.safeParse(value);
  if (!parsed.success) throw new ValidationError(describe(file.name, parsed.error.issues));
  const { goals, tasks } = parsed.data;
  const places = new Map<string, string>();
  const named = [
    ...goals.map(({ id }, at) => ({ id, at: `goals[${at}]` })),
    ...tasks.map(({ id }, at) => ({ id, at: `tasks[${at}]` })),
  ];
  const doubles = named.flatMap(({ id, at }) => {
    const first = places.get(id);
    places.set(id, first ?? at);
    return first === undefined ? [] : [`${file.name}, ${at}.id: ${quote(id)} stands already at ${first}.`];
  });
  if (doubles.length > 0) throw new ValidationError(list(doubles));
  return { bundle: parsed.data, warnings: [] };
}

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

function describe(name: string, issues: readonly Issue[]): string {
  const lines = issues.slice(0, maxProblems).map(({ path, message }) => {
    const at = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part).slice(0, 60)}`)).join('');
    return `${name}, ${at.replace(/^\./, '') || bundleFormat}: ${message.slice(0, 300)}`;
  });
  return list([...lines, ...issues.slice(maxProblems).map(({ message }) => message)]);
}

function list(problems: readonly string[]): string {
  const shown = problems.slice(0, maxProblems).map((problem) => `- ${problem}`);
  const more = problems.length - shown.length;
  return ['The file cannot be taken:', ...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
