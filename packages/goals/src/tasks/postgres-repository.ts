import { AppError, ConflictError } from '@mcp-servers/core';
import type { Queryable } from '@mcp-servers/core/postgres';
import { formatId } from '../items/ids.ts';
import { branchStatements as branch } from './branch-statements.ts';
import type { TasksRepository } from './repository.ts';
import { brokenRules } from './rules.ts';
import { type ScopeKind, taskStatements as sql } from './statements.ts';
import type { ClaimedTask, Scope, StoredLink, Task } from './types.ts';

/** Tasks on PostgreSQL, over the pool or inside a transaction. */
export function postgresTasks(database: Queryable): TasksRepository {
  return {
    get: (ids) => database.query<Task>(sql.get, [ids]),
    links: (ids) => database.query(sql.links, [ids]),
    tree: ({ goals, tasks }, limit) => database.query(sql.tree, [goals, tasks, limit]),
    ready: (scope, limit) => database.query<Task>(sql.ready[scopeKind(scope)], [scopeValue(scope), limit]),
    leasedTo: (actor, limit) => database.query<Task>(sql.leasedTo, [actor, limit]),
    openChildren: (ids) => database.query(sql.openChildren, [ids]),
    blockersOf: (ids) => database.query(sql.blockersOf, [ids]),
    openOf: (goalIds) => database.query(sql.openOf, [goalIds]),
    save: (tasks) => naming(database.query(sql.save, [JSON.stringify(tasks)])),
    linksOf: (ids) => database.query(sql.linksOf, [ids]),
    refsOfGoal: (goalId) => database.query(sql.refsOfGoal, [goalId]),
    linksAmong: (ids) => database.query(sql.linksAmong, [ids]),
    branches: ({ goals, tasks }) => database.query(branch.read, [goals, tasks]),
    softDelete: (ids, at) => database.query(branch.softDelete, [ids, at]),
    restore: (ids) => naming(database.query(branch.restore, [ids])),
    dependantsOf: (ids) => database.query(branch.dependantsOf, [ids]),
    takenRefs: (ids) => database.query(branch.takenRefs, [ids]),
    reach: (ids) => database.query(sql.reach, [ids]),
    releaseExpired: () => database.query(sql.releaseExpired),

    insert(tasks, createdBy) {
      const rows = tasks.map((task) => ({ ...task, id: formatId('TASK', task.seq) }));
      return naming(database.query(sql.insert, [JSON.stringify(rows), createdBy]));
    },

    async lock(ids) {
      await database.query(sql.lock, [ids]);
      return database.query<Task>(sql.get, [ids]);
    },

    async waiting(scope) {
      const [row] = await database.query<Awaited<ReturnType<TasksRepository['waiting']>>>(
        sql.waiting[scopeKind(scope)],
        [scopeValue(scope)],
      );
      return row ?? { blocked: 0, deferred: 0, held: 0, parents: 0, blockers: [], leases: [], next_deferred_at: null };
    },

    async becameReady(ids) {
      const rows = await database.query<{ id: string; title: string; total: number }>(sql.becameReady, [ids]);
      return { tasks: rows.map(({ id, title }) => ({ id, title })), total: rows[0]?.total ?? 0 };
    },

    async refsTaken(rows) {
      const wanted = rows.filter((row) => row.external_ref !== null);
      return wanted.length > 0 ? database.query(sql.takenRefs, [JSON.stringify(wanted)]) : [];
    },

    brokenRules: ({ goals, tasks, begun, moved, since }) =>
      database.query(brokenRules, [goals, tasks, begun, moved, since]),

    async depthOf(id) {
      const [row] = await database.query<{ depth: number | null }>(sql.depthOf, [id]);
      return row?.depth ?? 0;
    },

    async allocate({ goals, tasks }) {
      const [row] = await database.query<{ goals: number[]; tasks: number[] }>(sql.allocate, [goals, tasks]);
      return row ?? { goals: [], tasks: [] };
    },

    async link(links, createdBy) {
      await database.query(sql.link, [JSON.stringify(links), createdBy]);
    },

    unlink: (links) => database.query<StoredLink>(sql.unlink, [JSON.stringify(links)]),

    async lockBranches({ goals, tasks }) {
      const rows = await database.query<{ id: string }>(branch.read, [goals, tasks]);
      await database.query(sql.lock, [rows.map(({ id }) => id)]);
      return database.query(branch.read, [goals, tasks]);
    },

    async purge(ids) {
      await database.query(branch.purge, [ids]);
    },

    async lockGraph() {
      await database.query(sql.lockGraph);
    },

    async claim({ ids, limit, leaseMinutes, caller, ...scope }) {
      const lease = [limit, caller.actor, caller.instance, leaseMinutes];
      if (ids) return database.query<ClaimedTask>(sql.claimNamed, [ids, ...lease]);
      return database.query<ClaimedTask>(sql.claim[scopeKind(scope)], [scopeValue(scope), ...lease]);
    },

    moveToProject: (goalId, project) => naming(database.query(sql.moveToProject, [goalId, project])),
  };
}

/** Two tasks of a project with one external_ref: says which reference it is. */
async function naming<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AppError) || error.details?.constraint !== 'idx_tasks_external_ref') throw error;
    const { detail = '' } = error.cause as { detail?: string };
    const [, pair = ''] = /=\((.*)\) /s.exec(detail) ?? [];
    throw new ConflictError(`A task of the project has this external_ref already (project, external_ref: ${pair}).`, {
      cause: error,
      details: { constraint: error.details.constraint },
      hint: 'Find it with find_items {"where":{"external_ref":"..."}} and change that task, or leave external_ref out.',
    });
  }
}

export const scopeKind = ({ goal_id, project }: Scope): ScopeKind => (goal_id ? 'goal' : project ? 'project' : 'all');
export const scopeValue = ({ goal_id, project }: Scope): string | null => goal_id ?? project ?? null;
