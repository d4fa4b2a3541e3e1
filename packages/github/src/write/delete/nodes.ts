import { ValidationError } from '@mcp-servers/core';
import type { GitHub } from '../../client/index.ts';
import { removeDiscussion, removeDiscussionComment } from '../discussions/delete.ts';
import { removeProject, removeProjectItem } from '../projects/delete.ts';
import type { ProjectName } from '../projects/project.ts';
import type { How } from '../run-or-plan.ts';
import type { DeleteAsked, Deleted, On } from './delete.ts';

export async function deleteDiscussion(github: GitHub, { asked, ...at }: On, how: How): Promise<Deleted> {
  const { kind, name } = asked;
  const number = toNumber(name, 'name must be the number of the discussion.');
  return { kind, name, ...(await removeDiscussion(github, { ...at, number }, how)) };
}

export async function deleteDiscussionComment(github: GitHub, { asked, ...at }: On, how: How): Promise<Deleted> {
  const { kind, name } = asked;
  const [, digits = '', comment_id] = /^(\d+)\/([\w=-]{1,100})$/.exec(name) ?? [];
  if (comment_id === undefined)
    throw new ValidationError('name must be number/comment_id, as github_discussions shows them.');
  const number = toNumber(digits, 'name must be number/comment_id.');
  return { kind, name, ...(await removeDiscussionComment(github, { ...at, number, comment_id }, how)) };
}

export async function deleteProject(github: GitHub, asked: DeleteAsked, how: How): Promise<Deleted> {
  const { kind, name } = asked;
  return { kind, name, ...(await removeProject(github, { ...projectOf(asked), title: name }, how)) };
}

export async function deleteProjectItem(github: GitHub, asked: DeleteAsked, how: How): Promise<Deleted> {
  const { kind, name } = asked;
  return { kind, name, ...(await removeProjectItem(github, { ...projectOf(asked), item_id: name }, how)) };
}

function projectOf({ kind, project = '' }: DeleteAsked): ProjectName {
  const [, owner = '', digits] = /^([\w-]{1,100})\/(\d+)$/.exec(project) ?? [];
  const wanted = `project must be given as owner/number to delete a ${kind}.`;
  if (digits === undefined) throw new ValidationError(wanted, { hint: 'github_projects lists projects.' });
  return { owner, number: toNumber(digits, wanted) };
}

function toNumber(text: string, wanted: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ValidationError(wanted);
}
