import { readFile } from 'node:fs/promises';
import type { TestStore } from '../work/store.fixture.ts';

interface LabelledQuery {
  /** What it tries, such as `misspelt`. */
  class: string;
  text: string;
  /** Keys of the corpus. */
  expected: readonly string[];
  /** The expected items are the whole answer. */
  whole: boolean;
}

const lines = async (file: string): Promise<string[]> => {
  const text = await readFile(new URL(file, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !/^# class:|^# project,/.test(line));
};

/** `class: text => keys`, or `== keys` when they are the whole answer. */
export async function labelledQueries(): Promise<LabelledQuery[]> {
  return (await lines('quality-queries.txt')).map((line) => {
    const [, kind = '', text = '', sign, keys = ''] = /^(\w+): (.+) (=>|==) ?(.*)$/.exec(line) ?? [];
    return { class: kind, text, expected: keys.split(' ').filter(Boolean), whole: sign === '==' };
  });
}

/** Creates the corpus with the tools that agents use; answers the key of every id. */
export async function loadCorpus(store: TestStore): Promise<Map<string, string>> {
  const ann = store.as('ann');
  const keys = new Map<string, string>();
  let goal = '';
  for (const line of await lines('quality-corpus.txt')) {
    const [, project, key = '', rest = ''] = /^(?:# (\w+), )?(\w+): (.*)$/.exec(line) ?? [];
    const [title = '', description = '', tags = '', notes = ''] = rest.split(' | ');
    const given = { title, description, tags: tags.split(', ').filter(Boolean) };
    const id =
      project === undefined
        ? (await ann.tasks({ goal_id: goal, tasks: [given] })).ids[0]
        : (await ann.goal({ ...given, project })).id;
    if (project !== undefined) goal = id ?? '';
    keys.set(id ?? '', key);
    for (const note of notes.split(' >> ').filter(Boolean)) await ann.report(id ?? '', { note });
  }
  return keys;
}
