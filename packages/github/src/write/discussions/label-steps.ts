import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { without } from '../differences.ts';
import type { Step } from '../steps.ts';
import { repeatable } from '../writes.ts';
import type { DiscussionLabel } from './discussion.query.ts';
import { addLabelsQuery, removeLabelsQuery } from './marks.query.ts';
import { findLabels } from './stored.ts';

interface Labelling {
  /** Of the discussion; known when the steps are taken. */
  readonly id: () => string;
  readonly have: readonly DiscussionLabel[];
  readonly wanted: readonly string[];
  readonly call: GitHubCall;
}

/** From the labels there are to those that are wanted, without touching the others. Throws NotFoundError for one that does not exist. */
export async function labelSteps(
  github: GitHub,
  name: RepositoryName,
  { id, have, wanted, call }: Labelling,
): Promise<Step[]> {
  const there = have.map((label) => label.name);
  const added = await findLabels(github, { ...name, names: without(wanted, there) }, call);
  const gone = without(there, wanted);
  const removed = have.filter((label) => gone.includes(label.name));
  const how = repeatable(call);
  const input = (labels: readonly DiscussionLabel[]) => ({
    input: { labelableId: id(), labelIds: labels.map((label) => label.id) },
  });
  return [
    ...(added.length > 0
      ? [{ name: 'labels', run: () => github.graphql<unknown>(addLabelsQuery, input(added), how) }]
      : []),
    ...(removed.length > 0
      ? [{ name: 'labels', run: () => github.graphql<unknown>(removeLabelsQuery, input(removed), how) }]
      : []),
  ];
}
