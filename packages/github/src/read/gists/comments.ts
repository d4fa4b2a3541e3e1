import type { GitHub, GitHubCall, RestData } from '../../client/index.ts';
import { bodyWithin } from '../budget.ts';
import { given } from '../given.ts';
import { type ListAsked, type ListPage, listPages } from '../listing/index.ts';
import { loginOf } from '../untrusted.ts';

type Row = Record<string, unknown>;
type Comment = RestData<'GET /gists/{gist_id}/comments'>[number];

/** What a comment has beside its body, and the marks around it. */
const factsChars = 360;

/** A page of the comments on a gist, oldest first; of one that alone is too long its start. */
export function gistComments(
  github: GitHub,
  gist_id: string,
  how: { asked: ListAsked; call: GitHubCall },
): Promise<ListPage<Row>> {
  const toRow = ({ id, user, author_association, created_at, updated_at, body }: Comment): Row => ({
    ...{ comment_id: String(id), author: loginOf(user), created_at },
    ...given({
      updated_at: updated_at === created_at ? undefined : updated_at,
      association: author_association === 'NONE' ? undefined : author_association,
    }),
    ...bodyWithin(body, how.asked.maxChars - factsChars),
  });
  return listPages(github, { route: 'GET /gists/{gist_id}/comments', parameters: { gist_id }, toRow }, how);
}
