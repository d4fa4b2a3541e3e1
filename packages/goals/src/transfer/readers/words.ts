import type { Priority, Status } from '../../items/fields.ts';
import { quote } from './draft.ts';

const statusWords: Record<Status, readonly string[]> = {
  pending: ['pending', 'todo', 'to do', 'open', 'backlog', 'new', 'planned', 'not started', 'next', 'ready', 'draft'],
  in_progress: ['in progress', 'doing', 'wip', 'started', 'active', 'ongoing', 'review', 'in review', 'testing'],
  completed: ['done', 'complete', 'completed', 'closed', 'finished', 'resolved'],
  cancelled: ['cancelled', 'canceled', 'abandoned', 'rejected', 'wontfix', "won't do", 'wont do', "won't fix"],
};

const byWord = new Map(
  Object.entries(statusWords).flatMap(([status, words]) => words.map((word) => [word, status as Status] as const)),
);

/** `In Progress`, `in-progress`, `Done ✓` -> our status; undefined for a word that nobody agreed on. */
export function toStatus(word: string): Status | undefined {
  if (word.length > 60) return undefined;
  const plain = word
    .toLowerCase()
    .replace(/[_-]/g, ' ')
    .replace(/[^\p{L}' ]/gu, '')
    .trim();
  return byWord.get(plain);
}

const priorities: Record<string, Priority> = {
  low: 'low',
  l: 'low',
  medium: 'medium',
  med: 'medium',
  m: 'medium',
  normal: 'medium',
  high: 'high',
  h: 'high',
  critical: 'critical',
  urgent: 'critical',
};

function toPriority(word: string): Priority | undefined {
  const plain = word.trim().toLowerCase();
  return Object.hasOwn(priorities, plain) ? priorities[plain] : undefined;
}

/** A word -> our priority; an unknown one is told and kept. */
export function priorityOf(
  word: string | undefined,
  rest: Record<string, unknown>,
  tell: (message: string) => void,
): Priority | undefined {
  if (word === undefined) return undefined;
  const priority = toPriority(word);
  if (priority === undefined) {
    rest.priority = word;
    tell(`unknown priority ${quote(word)}: kept in metadata.`);
  }
  return priority;
}

const bullet = /^(?:[-*+]|\d{1,4}[.)])[ \t]+(?:\[[^\]]\][ \t]+)?(?:#\d{1,4}[ \t]+)?/;

/** Text that is a list, or one short paragraph -> check list; undefined where splitting would tear prose apart. */
export function toCriteria(text: string): string[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const isList = lines.every((line) => bullet.test(line));
  const criteria = isList ? lines.map((line) => line.replace(bullet, '').trim()) : [text.trim()];
  if (!isList && lines.length > 1) return undefined;
  const fits = criteria.length <= 50 && criteria.every((line) => line !== '' && line.length <= 500);
  return lines.length > 0 && fits ? criteria : undefined;
}

/** Parts of a description: the first as it is, the others under a heading. */
export function toDescription(first: string | undefined, sections: readonly (readonly [string, string | undefined])[]) {
  const parts = sections.filter(([, text]) => text?.trim()).map(([name, text]) => `## ${name}\n\n${text?.trim()}`);
  const description = [first ?? '', ...parts].filter((part) => part.trim() !== '').join('\n\n');
  return description === '' ? undefined : description;
}
