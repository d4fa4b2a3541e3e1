import type { Caller } from '../items/caller.ts';
import type { Task } from '../tasks/types.ts';
import { compact } from './output.ts';
import type { Store } from './store.ts';
import { explainWaiting } from './waiting.ts';

export interface ResumeInput {
  project?: string | undefined;
  since?: string | undefined;
  maxChars: number;
}

const limits = { goals: 10, leases: 20, ready: 10, events: 30, handoffs: 5 } as const;
const dayMs = 86_400_000;

/**
 * What a new session must know, most important first: what I hold, what my ended sessions hold, handoffs, goals in progress, what
 * can start, what others changed. Earlier sections take their entries first; what does not fit is counted.
 */
export async function resumeWork(store: Store, { project, since, maxChars }: ResumeInput, caller: Caller) {
  const from = since ? new Date(since) : new Date(Date.now() - dayMs);
  const [allGoals, allLeased, allReady, allHandoffs, allEvents, agents] = await Promise.all([
    store.goals.inProgress({ project, limit: limits.goals + 1 }),
    store.tasks.leasedTo(caller.actor, limits.leases + 1),
    store.tasks.ready({ project }, limits.ready + 1),
    store.notes.handoffs({ project, limit: limits.handoffs + 1 }),
    store.events.since({ at: from, project, notActor: caller.actor, limit: limits.events + 1 }),
    store.agents.recent(new Date(Date.now() - dayMs)),
  ]);
  const goals = allGoals.slice(0, limits.goals);
  const leased = allLeased.slice(0, limits.leases);
  const ready = allReady.slice(0, limits.ready);
  const handoffs = allHandoffs.slice(0, limits.handoffs);
  const events = allEvents.slice(0, limits.events);
  const more = [
    ...(allLeased.length > leased.length ? ['more claims (find_items {"where":{"leased":true}})'] : []),
    ...(allGoals.length > goals.length ? ['more goals in progress (find_items {"where":{"kind":"goal"}})'] : []),
    ...(allHandoffs.length > handoffs.length ? ['older handoffs'] : []),
    ...(allReady.length > ready.length ? ['more ready tasks (find_items {"where":{"ready":true}})'] : []),
    ...(allEvents.length > events.length ? ['earlier changes'] : []),
    ...(agents.total > agents.agents.length ? [`${agents.total - agents.agents.length} more agents`] : []),
  ];
  const progress = goals.length > 0 ? await store.goals.progress(goals.map((goal) => goal.id)) : [];
  const mine = leased.filter((task) => task.lease_instance === caller.instance);
  const earlier = leased.filter((task) => task.lease_instance !== caller.instance);
  const sections = {
    my_tasks: mine.map((task) => ({ ...toLine(task), lease_token: task.lease_token })),
    my_earlier_sessions: earlier.map(toLine),
    handoffs: handoffs.map(({ item_id, title, author, body, created_at }) => ({
      id: item_id,
      title,
      author,
      at: created_at.toISOString(),
      body,
    })),
    goals: goals.map((goal) => {
      const counts = progress.find((entry) => entry.goal_id === goal.id);
      const open = counts ? counts.pending + counts.in_progress : 0;
      return compact({
        id: goal.id,
        title: goal.title,
        project: goal.project,
        due_at: goal.due_at,
        percent: counts?.percent ?? 0,
        open,
        blocked: counts?.blocked || null,
      });
    }),
    ready: ready.map(toLine),
    changed_by_others: events.map(({ at, type, actor, goal_id, task_id, title, after }) =>
      compact({ at, type, actor, id: task_id ?? goal_id, title, status: after?.status }),
    ),
    agents: agents.agents
      .filter((agent) => agent.session !== caller.instance)
      .map(({ name, last_seen, doing }) => compact({ name, last_seen, doing })),
  };
  const { kept, leftOut } = fit(sections, maxChars);
  const left_out = [...leftOut, ...more];
  return {
    you: { actor: caller.actor },
    since: from.toISOString(),
    ...kept,
    ...(ready.length === 0 && { why_nothing: explainWaiting(await store.tasks.waiting({ project })) }),
    ...(left_out.length > 0 && { truncated: true, left_out }),
  };
}

const toLine = ({ id, goal_id, title, status, priority, due_at, percent, lease_until }: Task) =>
  compact({
    id,
    goal_id,
    title,
    status,
    priority: priority === 'medium' ? null : priority,
    due_at,
    percent: percent || null,
    lease_until,
  });

/** Takes whole entries that fit, section by section in order of importance, and counts those that did not. */
function fit<S extends Record<string, readonly unknown[]>>(
  sections: S,
  maxChars: number,
): { kept: S; leftOut: string[] } {
  let left = maxChars - 400;
  const leftOut: string[] = [];
  const kept = Object.fromEntries(
    Object.entries(sections).map(([name, entries]) => {
      const taken = [];
      for (const entry of entries) {
        const size = JSON.stringify(entry).length + 1;
        if (size > left) continue;
        left -= size;
        taken.push(entry);
      }
      if (taken.length < entries.length) leftOut.push(`${entries.length - taken.length} of ${name} (more max_chars)`);
      return [name, taken];
    }),
  ) as unknown as S;
  return { kept, leftOut };
}
