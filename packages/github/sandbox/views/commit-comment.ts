import type { Call } from '../call.ts';
import { associationOf } from '../model/association.ts';
import type { CommitComment } from '../model/commit-comments.ts';
import { nodeId } from '../model/node-id.ts';
import type { Repository } from '../model/repository.ts';
import { iso } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { rollup } from './issue.ts';
import { repositoryHtml, repositoryUrl } from './repository.ts';
import { bodyFields } from './text.ts';

export function commitCommentView(
  { state, media }: Pick<Call, 'state' | 'media'>,
  repository: Repository,
  comment: CommitComment,
) {
  const url = `${repositoryUrl(state, repository)}/comments/${comment.id}`;
  return {
    url,
    html_url: `${repositoryHtml(state, repository)}/commit/${comment.commit}#commitcomment-${comment.id}`,
    id: comment.id,
    node_id: nodeId('CommitComment', comment.id),
    user: simpleUser(state, comment.author),
    position: comment.position,
    line: comment.line,
    path: comment.path,
    commit_id: comment.commit,
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    author_association: associationOf(repository, comment.author),
    ...bodyFields(media, comment.body),
    reactions: rollup(url, comment.reactions),
  };
}
