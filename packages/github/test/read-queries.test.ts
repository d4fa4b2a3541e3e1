import { schema as github } from '@octokit/graphql-schema';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import type { Query } from '../src/client/index.ts';
import { categoriesQuery, discussionQuery, discussionsQuery } from '../src/read/discussions/discussions.query.ts';
import { blameQuery } from '../src/read/history/blame.query.ts';
import { projectQuery, projectsQuery } from '../src/read/projects/projects.query.ts';
import { pullQuery } from '../src/read/pulls/pull.query.ts';
import { searchDiscussionsQuery } from '../src/read/search/discussions.query.ts';

const schema = buildSchema(github.idl, { assumeValid: true });

const queries: readonly Query<unknown>[] = [
  ...[blameQuery, pullQuery, searchDiscussionsQuery, categoriesQuery, discussionQuery, discussionsQuery],
  ...[projectQuery, projectsQuery],
];

test.each(queries.map((query) => [query.name, query] as const))("%s is a query of GitHub's schema", (name, query) => {
  const document = parse(query.text);
  expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
  expect(query.kind).toBe('query');
  expect(query.text).toContain(`query ${name}(`);
  // The allowlist needs the name of every repository in an answer.
  if (/\brepository\b/.test(query.text)) expect(query.text).toContain('nameWithOwner');
});
