import * as z from 'zod';
import { query } from '../../client/index.ts';

const Range = z.object({
  startingLine: z.number(),
  endingLine: z.number(),
  commit: z.object({
    oid: z.string(),
    messageHeadline: z.string(),
    authoredDate: z.string(),
    author: z.object({ name: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }).nullish(),
  }),
});
export type BlameRange = z.infer<typeof Range>;

export const blameQuery = query({
  name: 'Blame',
  text: `query Blame($owner: String!, $name: String!, $ref: String!, $path: String!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    isPrivate
    object(expression: $ref) {
      ... on Commit {
        oid
        blame(path: $path) {
          ranges {
            startingLine
            endingLine
            commit { oid messageHeadline authoredDate author { name user { login } } }
          }
        }
      }
    }
  }
}`,
  schema: z.object({
    repository: z.object({
      nameWithOwner: z.string(),
      object: z
        .object({ oid: z.string().optional(), blame: z.object({ ranges: z.array(Range) }).optional() })
        .nullable(),
    }),
  }),
  names: { repositories: [['owner', 'name']] },
});
