import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { GraphQLSchema } from 'graphql';
import { additions } from './additions.ts';

/** graphql-js, loaded on first use. */
export type Graphql = typeof import('graphql');

export interface Loaded {
  readonly graphql: Graphql;
  readonly schema: GraphQLSchema;
}

/** GitHub's own SDL (1.2 MB) as a schema; made once, by the first who asks. */
export const loadSchema: () => Promise<Loaded> = once(async () => {
  const graphql = await import('graphql');
  const manifest = findPackageJSON('@octokit/graphql-schema', import.meta.url);
  if (!manifest) throw new Error('@octokit/graphql-schema is not installed');
  const text = readFileSync(manifest.replace(/package\.json$/, 'schema.graphql'), 'utf8');
  const document = graphql.parse(text + additions, { noLocation: true });
  return { graphql, schema: graphql.buildASTSchema(document, { assumeValid: true, assumeValidSDL: true }) };
});

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
