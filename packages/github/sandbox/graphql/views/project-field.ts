import { nodeId } from '../../model/node-id.ts';
import type { Iteration, Project, ProjectField, ProjectOption } from '../../model/projects.ts';
import { iso } from '../../model/state.ts';
import type { Context, View } from '../context.ts';
import { html } from './written.ts';

export const fieldKind = ({ type }: ProjectField): string =>
  type === 'SINGLE_SELECT'
    ? 'ProjectV2SingleSelectField'
    : type === 'ITERATION'
      ? 'ProjectV2IterationField'
      : 'ProjectV2Field';

export const fieldId = (field: ProjectField): string => nodeId(fieldKind(field), field.id);

/** A field, with its options or iterations. */
export function configuration(g: Context, project: Project, field: ProjectField): View {
  const kind = fieldKind(field);
  return {
    __typename: kind,
    id: fieldId(field),
    databaseId: field.id,
    name: field.name,
    dataType: field.type,
    createdAt: iso(field.createdAt),
    updatedAt: iso(field.createdAt),
    project: () => g.show.project(project),
    ...(kind === 'ProjectV2SingleSelectField' && {
      options: ({ names }: { names?: readonly string[] | null }) =>
        field.options.filter(({ name }) => !names || names.includes(name)).map(option),
    }),
    ...(kind === 'ProjectV2IterationField' && { configuration: () => iterations(g, field) }),
  };
}

const option = ({ id, name, color, description }: ProjectOption): View => ({
  ...{ id, name, color, description },
  nameHTML: name,
  descriptionHTML: html(description),
});

const day = 86_400_000;
const endOf = ({ startDate, duration }: Iteration) => Date.parse(startDate) + duration * day;

function iterations(g: Context, field: ProjectField): View {
  const show = ({ id, title, startDate, duration }: Iteration): View => ({
    ...{ id, title, titleHTML: title, startDate, duration },
  });
  const isOver = (iteration: Iteration) => endOf(iteration) <= g.state.now();
  return {
    duration: field.iterations[0]?.duration ?? 14,
    startDay: new Date(field.iterations[0]?.startDate ?? '2026-01-05').getUTCDay(),
    iterations: field.iterations.filter((iteration) => !isOver(iteration)).map(show),
    completedIterations: field.iterations.filter(isOver).map(show),
  };
}
