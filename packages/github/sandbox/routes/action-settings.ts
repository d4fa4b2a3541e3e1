import { repositoryOf } from '../access.ts';
import { type Area, type Call, pageOf, param } from '../call.ts';
import { attach } from '../model/attached.ts';
import type { Repository } from '../model/repository.ts';
import { iso } from '../model/state.ts';
import { notFound } from '../refusal.ts';
import { ok } from '../reply.ts';

/** Values of Actions by name; those of secrets are never told. */
export const variablesOf = attach<Map<string, string>, Repository>('actions variables', () => new Map());
export const secretNamesOf = attach<Set<string>, Repository>('actions secrets', () => new Set());

const actionsPath = '/repos/{owner}/{repo}/actions';
const write = { role: 'write' } as const;

const times = (call: Call, repository: Repository) => ({
  created_at: iso(repository.createdAt),
  updated_at: iso(Math.min(call.state.now(), repository.createdAt)),
});

export const actionSettings: Area = {
  name: 'variables and secrets',
  routes: {
    [`GET ${actionsPath}/variables`]: (call) => {
      const repository = repositoryOf(call, write);
      const all = [...variablesOf(repository)].map(([name, value]) => ({ name, value, ...times(call, repository) }));
      const { slice, headers } = pageOf(call, all, { perPage: 10 });
      return ok({ total_count: all.length, variables: slice }, { headers });
    },
    [`GET ${actionsPath}/variables/{name}`]: (call) => {
      const repository = repositoryOf(call, write);
      const name = param(call, 'name').toUpperCase();
      const value = variablesOf(repository).get(name);
      if (value === undefined) throw notFound();
      return ok({ name, value, ...times(call, repository) });
    },
    [`GET ${actionsPath}/secrets`]: (call) => {
      const repository = repositoryOf(call, write);
      const all = [...secretNamesOf(repository)].map((name) => ({ name, ...times(call, repository) }));
      const { slice, headers } = pageOf(call, all);
      return ok({ total_count: all.length, secrets: slice }, { headers });
    },
    [`GET ${actionsPath}/secrets/{secret_name}`]: (call) => {
      const repository = repositoryOf(call, write);
      const name = param(call, 'secret_name').toUpperCase();
      if (!secretNamesOf(repository).has(name)) throw notFound();
      return ok({ name, ...times(call, repository) });
    },
  },
};
