import { type Queryable, statement } from '@mcp-servers/core/postgres';
import { isGoalId, toSeq } from '../items/ids.ts';
import { numberRanges, titleQuery } from './prefix.ts';
import type { Begun, DirectoryRepository } from './repository.ts';

const countLimit = 1000;

/** Of the first letters of a common word not the latest of all matches are found, but the latest of so many. */
const matchLimit = 5000;

const live = "i.deleted_at IS NULL AND i.project <> 'demo' AND ($1 OR i.status IN ('pending', 'in_progress'))";

/** `$1` closed ones too, `$2` how many. */
const all = (table: string) =>
  statement(
    `directory_all_${table}`,
    `SELECT i.id, (SELECT count(*) FROM (SELECT FROM ${table} i WHERE ${live} LIMIT ${countLimit + 1}) counted) AS total
     FROM ${table} i WHERE ${live} ORDER BY i.updated_at DESC, i.seq DESC LIMIT $2`,
  );

/** `$3` and `$4` the ranges of numbers, `$5` the words. */
const begun = (table: string, kind: string) =>
  statement(
    `directory_begun_${table}`,
    `WITH found AS MATERIALIZED (
       SELECT i.id, i.updated_at, i.seq FROM unnest($3::bigint[], $4::bigint[]) AS range (first, last)
       JOIN ${table} i ON i.seq BETWEEN range.first AND range.last WHERE ${live}
       UNION
       (SELECT i.id, i.updated_at, i.seq FROM search_documents d JOIN ${table} i ON i.id = d.item_id
        WHERE d.document @@ to_tsquery('simple', fold($5)) AND d.kind = '${kind}' AND ${live} LIMIT ${matchLimit})
     )
     SELECT id, (SELECT count(*) FROM found) AS total FROM found ORDER BY updated_at DESC, seq DESC LIMIT $2`,
  );

const near = (table: string) =>
  statement(
    `directory_near_${table}`,
    `SELECT id, title FROM (
       (SELECT id, title, seq FROM ${table} WHERE seq < $1 AND deleted_at IS NULL ORDER BY seq DESC LIMIT 2)
       UNION ALL
       (SELECT id, title, seq FROM ${table} WHERE seq > $1 AND deleted_at IS NULL ORDER BY seq LIMIT 2)
     ) near ORDER BY seq`,
  );

const sql = {
  goal: { all: all('goals'), begun: begun('goals', 'goal'), near: near('goals') },
  task: { all: all('tasks'), begun: begun('tasks', 'task'), near: near('tasks') },
} as const;

const projects = statement(
  'directory_projects',
  `SELECT project FROM goals WHERE deleted_at IS NULL AND starts_with(lower(project), lower($1))
   GROUP BY project ORDER BY max(updated_at) DESC, project LIMIT $2`,
);

/** The directory on PostgreSQL. */
export function postgresDirectory(database: Queryable): DirectoryRepository {
  return {
    async beginningWith(prefix, { kind, open, limit }): Promise<Begun> {
      const ranges = numberRanges(kind, prefix);
      const rows = await (ranges === 'all'
        ? database.query<{ id: string; total: number }>(sql[kind].all, [!open, limit])
        : database.query<{ id: string; total: number }>(sql[kind].begun, [
            ...[!open, limit],
            ranges.map(([first]) => first),
            ranges.map(([, last]) => last),
            // The index has ids with the titles: the beginning of one would find every item.
            ranges.length > 0 && /^[a-z]/i.test(prefix.trim()) ? '' : titleQuery(prefix),
          ]));
      const total = rows[0]?.total ?? 0;
      return { ids: rows.map(({ id }) => id), total: total > countLimit ? undefined : total };
    },

    near: (id) => database.query(sql[isGoalId(id) ? 'goal' : 'task'].near, [Math.min(toSeq(id), 1e15)]),

    async projects(prefix, limit) {
      const rows = await database.query<{ project: string }>(projects, [prefix.trim(), limit]);
      return rows.map(({ project }) => project);
    },
  };
}
