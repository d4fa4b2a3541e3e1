import { NotFoundError } from '@mcp-servers/core';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { nearHint } from '../near.ts';
import { categoriesQuery, type DiscussionCategory } from './discussions.query.ts';

export interface FoundCategory extends DiscussionCategory {
  /** Node id of the repository that it is in. */
  readonly repository_id: string;
}

export const switchedOff = (name: string): string => `Discussions are switched off in ${name}.`;

/** By name or slug. Throws NotFoundError that lists what there is. */
export async function categoryOf(
  github: GitHub,
  { category, owner, repo }: RepositoryName & { category: string },
  call: GitHubCall,
): Promise<FoundCategory> {
  const { repository } = await github.graphql(categoriesQuery, { owner, name: repo }, call);
  const all = (repository.discussionCategories.nodes ?? []).filter((node) => node !== null);
  const wanted = category.toLowerCase();
  const found =
    all.find(({ name }) => name.toLowerCase() === wanted) ?? all.find(({ slug }) => slug.toLowerCase() === wanted);
  if (found) return { ...found, repository_id: repository.id };
  const names = all.map(({ name }) => name);
  if (!repository.hasDiscussionsEnabled) throw new NotFoundError(switchedOff(`${owner}/${repo}`));
  throw new NotFoundError(`category: ${owner}/${repo} has no "${category}".`, {
    hint: names.length === 0 ? 'It has none.' : nearHint(category, names),
  });
}
