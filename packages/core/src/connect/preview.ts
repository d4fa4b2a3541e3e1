import type { EntryChange } from './change.ts';
import type { Entry } from './servers.ts';

/** A line of a difference, as a person reads it. */
export interface PreviewLine {
  sign: '+' | '-' | ' ';
  text: string;
}

const hidden = '•••';

/** What a change does to one entry, line by line. Values that are not ours are hidden: they may be secret. */
export function previewOf({ name, before, after, own }: EntryChange): PreviewLine[] {
  const lines = (entry: unknown): string[] =>
    `${JSON.stringify(name)}: ${JSON.stringify(shown(entry, own), null, 2)}`.split('\n');
  return difference(before === undefined ? [] : lines(before), lines(after));
}

function shown(entry: unknown, own: Entry): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return hidden;
  const words = [own.command, ...own.args, 'stdio'];
  const word = (value: unknown): unknown => (words.includes(value as string) || isPlain(value) ? value : hidden);
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => {
      if (key === 'env') return [key, shownEnv(value, own)];
      if (key === 'args' && Array.isArray(value)) return [key, value.map(word)];
      return [key, key === 'command' || key === 'type' ? word(value) : hidden];
    }),
  );
}

function shownEnv(env: unknown, own: Entry): unknown {
  if (typeof env !== 'object' || env === null) return hidden;
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const known = name === 'MCP_SERVERS_HOME' || (value !== undefined && own.env?.[name] === value);
      return [name, known ? value : hidden];
    }),
  );
}

/** A path, or a word that starts programs: nothing that could be a key or an address with a password. */
function isPlain(word: unknown): boolean {
  if (typeof word !== 'string' || /[=?&\s]|:\/\//.test(word.replace(/^[A-Za-z]:/, ''))) return false;
  return /^(?:node|npx|-y|(?:~|\.{1,2})?[\\/].*|[A-Za-z]:[\\/].*|@mcp-servers\/[\w-]+)$/.test(word);
}

/** Longer entries are shown to here. */
const compared = 300;

/** The fewest lines that go and come on the way from one list to another. */
function difference(before: readonly string[], after: readonly string[]): PreviewLine[] {
  const [old, fresh] = [before.slice(0, compared), after.slice(0, compared)];
  // common[i][j]: how many lines old.slice(i) and fresh.slice(j) share in order.
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      const row = common[i] ?? [];
      row[j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: PreviewLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [gone, come] = [old[i], fresh[j]];
    if (gone !== undefined && gone === come) {
      lines.push({ sign: ' ', text: gone });
      i += 1;
      j += 1;
    } else if (gone !== undefined && (come === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: gone });
      i += 1;
    } else {
      lines.push({ sign: '+', text: come ?? '' });
      j += 1;
    }
  }
  return lines;
}
