import { ValidationError } from '@mcp-servers/core';
import type { GitHub } from '../../client/index.ts';
import { isGone } from '../is-gone.ts';
import type { How } from '../run-or-plan.ts';
import { deleteItemQuery } from './item.query.ts';
import { readItem } from './items.ts';
import { deleteProjectQuery } from './project.query.ts';
import { type ProjectName, readStoredProject } from './project.ts';

export interface Gone {
  readonly verified?: boolean;
}

/** Takes an item out of a project; an issue or pull request stays, a draft is lost. Throws NotFoundError. */
export async function removeProjectItem(
  github: GitHub,
  { item_id: id, ...name }: ProjectName & { item_id: string },
  { call, planning }: How,
): Promise<Gone> {
  const project = await readStoredProject(github, name, call);
  await readItem(github, { project, id }, call);
  const input = { projectId: project.id, itemId: id };
  await github.graphql(deleteItemQuery, { input }, { ...call, planned: { deleteProjectV2Item: null } });
  if (planning) return {};
  return { verified: await isGone(readItem(github, { project, id }, call)) };
}

/** Deletes a project with all that is in it. Throws ValidationError unless `title` is exactly its own, NotFoundError. */
export async function removeProject(
  github: GitHub,
  { title, ...name }: ProjectName & { title: string },
  { call, planning }: How,
): Promise<Gone> {
  const project = await readStoredProject(github, name, call);
  if (project.title !== title) {
    throw new ValidationError(
      `Project ${project.number} is named ${JSON.stringify(project.title)}, not ${JSON.stringify(title)}; nothing was deleted.`,
      { hint: 'Give its title exactly as it is.' },
    );
  }
  const input = { projectId: project.id };
  await github.graphql(deleteProjectQuery, { input }, { ...call, planned: { deleteProjectV2: null } });
  if (planning) return {};
  return { verified: await isGone(readStoredProject(github, name, call)) };
}
