import { AuthError, NotFoundError } from '@mcp-servers/core';
import { pathOf, type Upstream } from '@mcp-servers/core/http';
import * as z from 'zod';
import type { Addresses } from './addresses.ts';
import type { SeenRepository } from './allow/answers.ts';
import { GraphqlAnswer, toGraphqlError } from './graphql-errors.ts';
import { isOfProject, type Place, placeOf, placesQuery, projectPlaceOf, projectPlacesQuery } from './places.ts';
import type { Query } from './query.ts';

/** What the policy itself asks GitHub. Not subject to the allowlist, and never shown to a tool. */
export interface Lookups {
  /** By `owner/name`; undefined when it does not exist for this credential. */
  repository(name: string): Promise<SeenRepository | undefined>;
  repositoryById(id: string): Promise<SeenRepository | undefined>;
  /** Of a notification thread. */
  thread(id: string): Promise<SeenRepository | undefined>;
  gist(id: string): Promise<{ public: boolean } | undefined>;
  places(ids: readonly string[]): Promise<Map<string, Place>>;
  /** Login of the credential's user. */
  viewer(): Promise<string | undefined>;
}

const Repository = z.object({ full_name: z.string(), private: z.boolean() });
const Thread = z.object({ repository: Repository });
const Gist = z.object({ public: z.boolean() });
const Viewer = z.object({ login: z.string() });

/** Node ids do not move between repositories but for transferred issues, which get new ones. */
const mostPlaces = 5000;

/** What of a place stays as it is: not whether a project or a repository is private, which the guard believes for a time. */
function lastingOf(place: Place): Place | undefined {
  if (place.kind === 'repository') return { kind: 'repository', full_name: place.full_name };
  return place.kind === 'account' ? place : undefined;
}

export function createLookups(upstream: Upstream, { graphql }: Pick<Addresses, 'graphql'>): Lookups {
  const known = new Map<string, Place>();
  let viewer: Promise<string | undefined> | undefined;

  async function find<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  async function askNodes<T>(query: Query<{ nodes: T[] }>, ids: readonly string[]): Promise<T[]> {
    const response = await upstream.fetch(graphql, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: query.text, variables: { ids } }),
      ...{ class: 'read', idempotent: true },
    });
    const { data, errors = [] } = GraphqlAnswer.parse(await response.json());
    // What cannot be seen is null, with an error beside it.
    const nodes = query.schema.safeParse(data).data?.nodes;
    if (nodes === undefined) throw toGraphqlError(query.name, errors, response.headers);
    return nodes;
  }

  async function askPlaces(ids: readonly string[]): Promise<(readonly [string, Place])[]> {
    const nodes = await askNodes(placesQuery, ids);
    const inProjects = ids.filter((_, n) => isOfProject(nodes[n]));
    const found = inProjects.length === 0 ? [] : await askNodes(projectPlacesQuery, inProjects);
    const projects = new Map(inProjects.map((id, n) => [id, projectPlaceOf(found[n])]));
    return ids.map((id, n) => [id, projects.get(id) ?? placeOf(nodes[n])]);
  }

  async function askViewer(): Promise<string | undefined> {
    try {
      return (await upstream.json(Viewer, { path: pathOf`/user` })).login;
    } catch (error) {
      viewer = undefined;
      // Apps and missing credentials have no user.
      if (error instanceof AuthError) return undefined;
      throw error;
    }
  }

  return {
    async repository(name) {
      const [owner = '', repo = ''] = name.split('/');
      return find(upstream.json(Repository, { path: pathOf`/repos/${owner}/${repo}` }));
    },
    repositoryById: (id) => find(upstream.json(Repository, { path: pathOf`/repositories/${id}` })),
    async thread(id) {
      return (await find(upstream.json(Thread, { path: pathOf`/notifications/threads/${id}` })))?.repository;
    },
    gist: (id) => find(upstream.json(Gist, { path: pathOf`/gists/${id}` })),
    async places(ids) {
      const found = new Map([...new Set(ids)].map((id) => [id, known.get(id)] as const));
      const unknown = [...found].flatMap(([id, place]) => (place === undefined ? [id] : []));
      const asked = unknown.length === 0 ? [] : await askPlaces(unknown);
      if (known.size + asked.length > mostPlaces) known.clear();
      for (const [id, place] of asked) {
        const lasting = lastingOf(place);
        if (lasting) known.set(id, lasting);
      }
      const unseen = placeOf(undefined);
      return new Map([...found, ...asked].map(([id, place]) => [id, place ?? unseen]));
    },
    viewer() {
      viewer ??= askViewer();
      return viewer;
    },
  };
}
