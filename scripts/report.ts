import { styleText } from 'node:util';
import type { DemoResult, TreeNode } from './demo.ts';

// styleText colours only for a terminal, and not when NO_COLOR is set.
export const heading = (text: string): string => styleText('bold', text);
export const faint = (text: string): string => styleText('dim', text);
const green = (text: string): string => styleText('green', text);
const yellow = (text: string): string => styleText('yellow', text);

const marks: Record<string, string> = {
  pending: '[ ]',
  in_progress: yellow('[~]'),
  completed: green('[x]'),
  cancelled: '[-]',
};

/** The goal as a tree, a line a task, with what each one waits for. */
export function renderTree({ goal, tree, progress, waitsFor }: DemoResult): string {
  const line =
    (depth: number) =>
    (node: TreeNode): string[] => {
      const blockers = waitsFor.get(node.id) ?? [];
      const facts = [
        ...(node.status === 'in_progress' && node.percent ? [`${node.percent} %`] : []),
        ...(blockers.length > 0 && node.status === 'pending' ? [`waits for ${blockers.join(', ')}`] : []),
      ];
      const after = facts.length > 0 ? faint(`  ${facts.join(', ')}`) : '';
      const own = `${'    '.repeat(depth)}${marks[node.status] ?? node.status} ${node.id}  ${node.title}${after}`;
      return [own, ...(node.subtasks ?? []).flatMap(line(depth + 1))];
    };
  return [heading(`${goal.id}  ${goal.title}  (${progress.percent} % done)`), ...tree.flatMap(line(1))].join('\n');
}

export interface Figures {
  /** From the start of the server's process to its first answer. */
  firstAnswerMs: number;
  totalMs: number;
  /** Where the data lives, for people. */
  place: string;
}

/** What was done and how long it took. */
export function renderFigures({ progress, ready, calls, callsMs }: DemoResult, figures: Figures): string {
  const { total, completed, in_progress } = progress;
  const waiting = total - completed - in_progress - ready;
  return [
    `${total} tasks: ${completed} done, ${in_progress} in progress, ${ready} ready, ${waiting} waiting.`,
    `First answer ${Math.round(figures.firstAnswerMs)} ms after the server was started; ${calls} tool calls took ${Math.round(callsMs)} ms.`,
    `Data: ${figures.place}. The whole start took ${(figures.totalMs / 1000).toFixed(1)} s.`,
    'This example is in project demo: no ready list shows it unless that project is named, and the next start replaces it.',
  ].join('\n');
}
