import { takeWithin, ValidationError } from '@mcp-servers/core';
import { isOpen } from '../items/fields.ts';
import type { OpenBlock, OpenTask } from '../stats/repository.ts';
import { bottlenecks, criticalPath, forecast, phasesOf, toSchedule } from '../tasks/schedule.ts';
import { notFound } from './create.ts';
import { compact } from './output.ts';
import type { Store } from './store.ts';

export interface PlanInput {
  goal_id: string;
  workers: number;
  default_minutes: number;
}

const limits = { tasks: 5000, bottlenecks: 10, outside: 20 } as const;
const measuredDays = 14;
const dayMs = 86_400_000;

/** How the open work of a goal can go: what side by side, what is longest, what holds up most, when it may be done. */
export async function planGoal(
  store: Store,
  { goal_id, workers, default_minutes }: PlanInput,
  { maxChars }: { maxChars: number },
) {
  const scope = { goal_id, days: measuredDays, staleDays: 1 };
  const [[goal], { tasks, blocks }, throughput] = await Promise.all([
    store.goals.get([goal_id]),
    store.stats.openGraph(goal_id, limits.tasks + 1),
    store.stats.throughput(scope),
  ]);
  if (!goal || goal.deleted_at) throw notFound([goal_id]);
  if (tasks.length > limits.tasks) {
    throw new ValidationError(`${goal_id} has more than ${limits.tasks} open tasks, too many to plan at once.`, {
      hint: 'Move some of them to goals of their own with update_items.',
    });
  }
  const named = new Map(tasks.map((task) => [task.id, task]));
  const schedule = toSchedule(
    tasks.map((task) => ({
      id: task.id,
      parent: task.parent_task_id ?? undefined,
      minutes: minutesLeft(task, default_minutes),
    })),
    blocks.map((block) => ({ from: block.from_task_id, to: block.to_task_id })),
  );
  const minutes = new Map(schedule.steps.map(({ id }, place) => [id, schedule.durations[place] ?? 0]));
  const work = schedule.steps.filter((_, place) => schedule.isWork[place]).map(({ id }) => id);
  const toRow = (id: string) => {
    const task = named.get(id);
    return compact({ id, title: task?.title, minutes: minutes.get(id) ?? 0, defer_until: task?.defer_until });
  };
  const critical = criticalPath(schedule);
  const held = bottlenecks(schedule);
  const outside = outsideBlockers(
    blocks.filter((block) => !named.has(block.from_task_id) && block.from_goal_id !== goal_id),
  );
  const now = Date.now();
  const remaining = work.reduce((sum, id) => sum + (minutes.get(id) ?? 0), 0);
  const fixed = {
    goal: { id: goal.id, title: goal.title, status: goal.status },
    open_tasks: tasks.length,
    remaining_minutes: remaining,
    critical_minutes: critical.minutes,
    forecast:
      isOpen(goal.status) && work.length > 0
        ? forecast(schedule, workers).map((row) => ({
            ...row,
            finish_at: new Date(now + row.minutes * 60_000).toISOString(),
          }))
        : [],
    measured: measuredForecast(throughput, { open: tasks.length, since: goal.created_at.getTime(), now }),
    bottlenecks: held.slice(0, limits.bottlenecks).map(({ id, holds_up }) => ({ ...toRow(id), holds_up })),
    outside: outside.slice(0, limits.outside),
  };
  const lists = {
    phases: phasesOf(schedule).map((phase, place) => ({
      phase: place + 1,
      tasks: phase.map(toRow),
    })),
    critical_path: critical.ids.map(toRow),
    assumed: work.filter((id) => named.get(id)?.estimate_minutes == null),
  };
  const fitted = fit(lists, maxChars - JSON.stringify(fixed).length - 300);
  const left_out = [
    ...fitted.left_out,
    ...(held.length > limits.bottlenecks ? [`${held.length - limits.bottlenecks} bottlenecks`] : []),
    ...(outside.length > limits.outside ? [`${outside.length - limits.outside} outside`] : []),
  ];
  return { ...fixed, ...fitted.kept, ...(left_out.length > 0 && { truncated: true, left_out }) };
}

/** Of an estimate, what the percentage done leaves. */
function minutesLeft({ estimate_minutes, percent }: OpenTask, assumed: number): number {
  return Math.ceil(((estimate_minutes ?? assumed) * (100 - percent)) / 100);
}

/** Open tasks of other goals, and what of this one waits for each. */
function outsideBlockers(blocks: readonly OpenBlock[]): Record<string, unknown>[] {
  return [...Map.groupBy(blocks, (block) => block.from_task_id)].map(([id, [first, ...more]]) => ({
    id,
    goal_id: first?.from_goal_id,
    title: first?.from_title,
    status: first?.from_status,
    blocks: [first, ...more].map((block) => block?.to_task_id),
  }));
}

/** At the pace of the last days, or of those since the goal was made. */
function measuredForecast(
  days: readonly { completed: number }[],
  { open, since, now }: { open: number; since: number; now: number },
) {
  const completed = days.reduce((sum, day) => sum + day.completed, 0);
  const span = Math.min(measuredDays, Math.max(1, Math.ceil((now - since) / dayMs)));
  const perDay = completed / span;
  const left = perDay === 0 ? undefined : open / perDay;
  return compact({
    days: span,
    completed,
    tasks_per_day: Math.round(perDay * 100) / 100,
    days_left: left === undefined ? null : Math.round(left * 10) / 10,
    finish_at: left === undefined || left > 36_500 ? null : new Date(now + left * dayMs),
  });
}

interface Lists {
  phases: { phase: number; tasks: Record<string, unknown>[] }[];
  critical_path: Record<string, unknown>[];
  assumed: string[];
}

/** Whole tasks that fit, the critical path at most a third, then the phases from the first on, then what was assumed. */
function fit({ phases, critical_path, assumed }: Lists, maxChars: number): { kept: Lists; left_out: string[] } {
  let left = Math.max(maxChars, 0);
  const left_out: string[] = [];
  const take = <T>(name: string, entries: readonly T[], share: number): T[] => {
    const { taken, rest } = takeWithin(entries, share);
    left -= JSON.stringify(taken).length;
    if (rest.length > 0) left_out.push(`${rest.length} of ${name}`);
    return taken;
  };
  const path = take('critical_path', critical_path, left / 3);
  const kept: Lists['phases'] = [];
  let dropped = 0;
  for (const { phase, tasks } of phases) {
    const { taken, rest } = takeWithin(tasks, dropped > 0 ? 0 : left - 30);
    if (taken.length > 0) kept.push({ phase, tasks: taken });
    left -= JSON.stringify(taken).length + 30;
    dropped += rest.length;
  }
  if (dropped > 0) left_out.push(`${dropped} tasks of phases (${phases.length} phases)`);
  return { kept: { phases: kept, critical_path: path, assumed: take('assumed', assumed, left) }, left_out };
}
