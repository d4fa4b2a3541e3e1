import { addProject, type Project, projectsOf } from '../../model/projects.ts';
import type { Context, View } from '../context.ts';
import { unprocessable } from '../errors.ts';
import { ownerFor, projectFor } from './project-permits.ts';

interface Create {
  readonly ownerId: string;
  readonly title: string;
}

interface Update {
  readonly projectId: string;
  readonly title?: string | null;
  readonly shortDescription?: string | null;
  readonly readme?: string | null;
  readonly public?: boolean | null;
  readonly closed?: boolean | null;
}

const shown = (g: Context, project: Project): View => ({ projectV2: () => g.show.project(project) });

/** Private, as every new one. */
function createProjectV2(g: Context, { ownerId, title }: Create): View {
  const owner = ownerFor(g, ownerId, 'createProjectV2');
  if (title.trim() === '') throw unprocessable("Title can't be blank");
  return shown(g, addProject(g.state, { owner, creator: g.viewer, title }));
}

function updateProjectV2(g: Context, input: Update): View {
  const project = projectFor(g, input.projectId, 'updateProjectV2');
  const { title, shortDescription, readme, public: isPublic, closed } = input;
  if (title != null && title.trim() === '') throw unprocessable("Title can't be blank");
  const now = g.state.now();
  project.title = title ?? project.title;
  project.description = shortDescription ?? project.description;
  project.readme = readme ?? project.readme;
  project.isPublic = isPublic ?? project.isPublic;
  if (closed != null && closed !== (project.closedAt !== null)) project.closedAt = closed ? now : null;
  project.updatedAt = now;
  return shown(g, project);
}

/** Projects themselves; what is in them is in `projects.ts`. */
export const projectBoards = {
  createProjectV2,
  updateProjectV2,
  deleteProjectV2: (g: Context, { projectId }: { projectId: string }) => {
    const project = projectFor(g, projectId, 'deleteProjectV2');
    const owned = projectsOf(project.owner);
    owned.splice(owned.indexOf(project), 1);
    return shown(g, project);
  },
};
