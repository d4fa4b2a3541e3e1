import { takeWithin } from '@mcp-servers/core';
import type { ImportWarning } from './bundle.ts';
import type { ImportPlan } from './import-apply.ts';
import type { PlannedItem } from './import-plan.ts';

export interface AnswerOptions {
  format: string;
  dry_run: boolean;
  keepIds: boolean;
  warnings: readonly ImportWarning[];
  maxChars: number;
}

interface Outcome {
  outcome: 'created' | 'updated' | 'unchanged' | 'refused';
}

const shown = { examples: 5, refused: 50, warnings: 50 };

/** Counts of everything, all reasons as far as they fit, and a few examples. */
export function describePlan(plan: ImportPlan, { format, dry_run, keepIds, warnings, maxChars }: AnswerOptions) {
  const items = [...plan.items.values()];
  const goals = items.filter(({ entry }) => entry.kind === 'goal');
  const tasks = items.filter(({ entry }) => entry.kind === 'task');
  const refused = [
    ...items.map(({ entry, outcome, reason }) => ({ outcome, key: `${entry.kind} ${entry.key}`, reason })),
    ...plan.links.map(({ label, outcome, reason }) => ({ outcome, key: `link ${label}`, reason })),
    ...plan.notes.map(({ note, outcome, reason }) => ({ outcome, key: `note on ${note.item}`, reason })),
  ].flatMap(({ outcome, key, reason }) =>
    outcome === 'refused' ? [{ key: clip(key), reason: clip(reason ?? '') }] : [],
  );
  const examples = (['created', 'updated'] as const).flatMap((outcome) =>
    items
      .filter((item) => item.outcome === outcome)
      .slice(0, shown.examples)
      .map((item) => example(item, dry_run && !keepIds)),
  );
  const reasons = takeWithin(refused.slice(0, shown.refused), maxChars / 4);
  const told = takeWithin(warnings.slice(0, shown.warnings).map(toWarning), maxChars / 4);
  const hidden = { refused: refused.length - reasons.taken.length, warnings: warnings.length - told.taken.length };
  const some = takeWithin(examples, maxChars / 4);
  return {
    ...{
      dry_run,
      format,
      goals: count(goals),
      tasks: count(tasks),
      links: count(plan.links),
      notes: count(plan.notes),
    },
    ...(reasons.taken.length > 0 && { refused: reasons.taken }),
    ...(told.taken.length > 0 && { warnings: told.taken }),
    ...(hidden.refused > 0 && { refused_not_shown: hidden.refused }),
    ...(hidden.warnings > 0 && { warnings_not_shown: hidden.warnings }),
    ...(some.taken.length > 0 && { examples: some.taken }),
    ...(dry_run &&
      items.some(({ outcome }) => outcome === 'created' || outcome === 'updated') && { next: 'dry_run: false' }),
  };
}

function count(list: readonly Outcome[]): Record<Outcome['outcome'], number> {
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  for (const { outcome } of list) counts[outcome] += 1;
  return counts;
}

function example({ entry, outcome, id, changes, moved }: PlannedItem, isNumberless: boolean): Record<string, unknown> {
  const fields = [...Object.keys(changes), ...(moved ? ['parent'] : [])];
  return {
    outcome,
    ...(entry.key !== '' && entry.key !== id && { key: clip(entry.key) }),
    ...(id !== undefined && !(outcome === 'created' && isNumberless) && { id }),
    title: entry.values.title,
    ...(outcome === 'updated' && { fields }),
  };
}

const toWarning = ({ at, message }: ImportWarning) => ({
  ...(at !== undefined && { at: clip(at) }),
  message: clip(message),
});
const clip = (text: string): string => (text.length > 300 ? `${text.slice(0, 299).toWellFormed()}…` : text);
