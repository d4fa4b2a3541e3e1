import { NotFoundError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { noOwner } from '../../read/projects/index.ts';
import { differs, textDiffers } from '../differences.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { outcome, type Step, type Taken, takeSteps } from '../steps.ts';
import { repeatable } from '../writes.ts';
import {
  createProjectQuery,
  ownerQuery,
  type StoredProject,
  storedProjectQuery,
  updateProjectQuery,
} from './project.query.ts';

export interface ProjectName {
  readonly owner: string;
  readonly number: number;
}

export interface ProjectChange {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly readme?: string | undefined;
  /** Of the readme. */
  readonly edits?: readonly TextEdit[] | undefined;
  readonly private?: boolean | undefined;
  readonly closed?: boolean | undefined;
  readonly expected_updated_at?: string | undefined;
}

export interface ProjectWritten {
  readonly number?: number;
  readonly url?: string;
  readonly private?: boolean;
  readonly closed?: boolean;
  readonly updated_at?: string;
  readonly verified?: boolean;
  readonly not_applied?: string[];
  readonly failed?: Taken['failed'];
}

type Changing = How & { readonly change: ProjectChange };

/** The latest, with its fields. What a write answers of it tells nothing, so it does not count as read. Throws NotFoundError. */
export async function readStoredProject(
  github: GitHub,
  { owner: login, number }: ProjectName,
  call: GitHubCall,
): Promise<StoredProject> {
  const { repositoryOwner: owner } = await github.graphql(storedProjectQuery, { owner: login, number }, call);
  if (owner === null) throw noOwner(login);
  if (!owner.projectV2) {
    throw new NotFoundError(`${owner.login} has no project ${number}.`, { hint: 'github_projects lists them.' });
  }
  return owner.projectV2;
}

/** A new project, private as GitHub makes it, then what it cannot be made with; what of that fails is told, the project stays. */
export async function createProject(github: GitHub, owner: string, how: Changing): Promise<ProjectWritten> {
  const { change, call, planning } = how;
  const { title, ...rest } = change;
  if (title === undefined) {
    throw new ValidationError('A new project needs a title.', { hint: 'Give title, or number to change one.' });
  }
  const { repositoryOwner: found } = await github.graphql(ownerQuery, { owner }, call);
  if (found === null) throw noOwner(owner);
  const made = { id: '<project>', number: 0 };
  const create: Step = {
    name: 'create',
    async run() {
      const planned = { createProjectV2: { projectV2: made } };
      const answer = await github.graphql(
        createProjectQuery,
        { input: { ownerId: found.id, title } },
        { ...call, planned },
      );
      Object.assign(made, answer.createProjectV2.projectV2);
    },
  };
  const isPrivate = rest.private ?? true;
  const fields = toInput({ ...rest, private: isPrivate ? undefined : false });
  const taken = await takeSteps([create, ...changeSteps(github, () => made.id, { fields, call })], how);
  if (planning) return {};
  return readBack(
    github,
    { owner: found.login, number: made.number },
    { meant: { ...change, private: isPrivate }, taken, call },
  );
}

/** Only what is given changes. */
export async function updateProject(github: GitHub, name: ProjectName, how: Changing): Promise<ProjectWritten> {
  const { change, call, planning } = how;
  const before = await readStoredProject(github, name, call);
  checkVersion(`project ${name.owner}/${name.number}`, before.updatedAt, change.expected_updated_at);
  const readme = change.edits ? applyEdits(before.readme ?? '', change.edits) : change.readme;
  const meant = { ...change, readme };
  const taken = await takeSteps(
    changeSteps(github, () => before.id, { fields: toInput(meant), call }),
    how,
  );
  if (planning) return {};
  return readBack(github, name, { meant, taken, call });
}

const toInput = ({ title, description, readme, private: hidden, closed }: ProjectChange) =>
  given({ title, shortDescription: description, readme, public: hidden === undefined ? undefined : !hidden, closed });

function changeSteps(github: GitHub, id: () => string, { fields, call }: { fields: object; call: GitHubCall }): Step[] {
  if (Object.keys(fields).length === 0) return [];
  const how = repeatable(call);
  const run = () => github.graphql<unknown>(updateProjectQuery, { input: { projectId: id(), ...fields } }, how);
  return [{ name: 'change', run }];
}

async function readBack(
  github: GitHub,
  name: ProjectName,
  { meant, taken, call }: { meant: ProjectChange; taken: Taken; call: GitHubCall },
): Promise<ProjectWritten> {
  const now = await readStoredProject(github, name, call);
  return {
    ...{ number: now.number, url: now.url, private: !now.public, closed: now.closed, updated_at: now.updatedAt },
    ...outcome(taken, taken.failed.length > 0 ? [] : notApplied(now, meant)),
  };
}

const notApplied = (now: StoredProject, meant: ProjectChange): string[] => [
  ...differs('title', now.title, meant.title),
  ...differs('description', now.shortDescription ?? '', meant.description),
  ...textDiffers('readme', now.readme, meant.readme),
  ...differs('private', !now.public, meant.private),
  ...differs('closed', now.closed, meant.closed),
];
