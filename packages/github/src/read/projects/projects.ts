import { NotFoundError, ValidationError } from '@mcp-servers/core';
import * as z from 'zod';
import type { GitHub, GitHubCall } from '../../client/index.ts';
import { bodyWithin, contentBudget, jsonLength, pageBytes, rowsWithin, startWithin } from '../budget.ts';
import { counted } from '../counted.ts';
import { telling } from '../given.ts';
import { After, type Asked, firstAfter, resume, takeNodes, toCursor } from '../listing/index.ts';
import { type FieldNode, type ItemNode, type ProjectNode, projectQuery, projectsQuery } from './projects.query.ts';

const ProjectsQuery = z.strictObject({
  owner: z.string().min(1).max(100),
  number: z.int().min(1).optional(),
  query: z.string().max(250).optional(),
});
type ProjectsQuery = z.infer<typeof ProjectsQuery>;

type Row = Record<string, unknown>;

export interface ProjectsAnswer {
  owner: string;
  project?: Row;
  readme?: string;
  /** With their options and iterations. */
  fields?: Row[];
  /** Projects, or the items of one with the values of their fields. */
  rows: Row[];
  total: number;
  truncated?: boolean;
  next_cursor?: string;
  notes: string[];
}

/** Projects of a user or an organisation, or one with its fields and items. */
export async function readProjects(
  github: GitHub,
  { limit, cursor, ...asked }: Asked<ProjectsQuery>,
  { maxChars, ...call }: GitHubCall & { maxChars: number },
): Promise<ProjectsAnswer> {
  const { query, place } = resume(cursor, asked, { kind: 'projects', query: ProjectsQuery, place: After });
  if (query.number !== undefined && query.query !== undefined) {
    throw new ValidationError('query: it looks for projects by their title.', { hint: 'Leave it out, or number.' });
  }
  const from = place ?? firstAfter(limit);
  const how = { query, from, limit, maxChars: contentBudget(maxChars), first: place === undefined };
  const { next, ...part } = await (query.number === undefined ? list : one)(github, how, call);
  return { ...part, ...(next && { next_cursor: toCursor('projects', query, next) }) };
}

interface How {
  readonly query: ProjectsQuery;
  readonly from: After;
  readonly limit: number;
  readonly maxChars: number;
  readonly first: boolean;
}

type Part = Omit<ProjectsAnswer, 'next_cursor'> & { next: After | undefined };

async function list(github: GitHub, { query, from, limit, maxChars }: How, call: GitHubCall): Promise<Part> {
  const variables = { owner: query.owner, first: from.size, after: from.after, search: query.query ?? null };
  const { repositoryOwner: owner } = await github.graphql(projectsQuery, variables, call);
  if (owner === null) throw noOwner(query.owner);
  const { nodes, pageInfo, totalCount: total } = owner.projectsV2;
  const found = (nodes ?? []).filter((node) => node !== null);
  for (const project of found) recordRead(github, owner.login, project);
  const all = found.map(toProjectRow);
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars, pageInfo });
  const notes = rows.length === 0 && !next ? ['There are no projects, as far as this credential may see them.'] : [];
  return { owner: owner.login, rows, total, next, ...(cut && { truncated: true }), notes };
}

async function one(github: GitHub, { query, from, limit, maxChars, first }: How, call: GitHubCall): Promise<Part> {
  const variables = { owner: query.owner, number: query.number, first: from.size, after: from.after };
  const { repositoryOwner: owner } = await github.graphql(projectQuery, variables, { ...call, maxBytes: pageBytes });
  if (owner === null) throw noOwner(query.owner);
  const { projectV2: node } = owner;
  if (node === null) {
    throw new NotFoundError(`${owner.login} has no project ${query.number}.`, {
      hint: 'Without number they are listed.',
    });
  }
  recordRead(github, owner.login, node);
  const readme = node.readme ?? '';
  const shown = startWithin(readme, Math.floor(maxChars * 0.3));
  const fields = rowsWithin((node.fields.nodes ?? []).filter((each) => each !== null).map(toFieldRow), maxChars * 0.4);
  const about = first
    ? { project: toProjectRow(node), ...(shown !== '' && { readme: shown }), fields: fields.taken }
    : {};
  const room = maxChars - jsonLength(about);
  const all = (node.items.nodes ?? []).filter((each) => each !== null).map((each) => toItemRow(each, room));
  const { rows, next, cut } = takeNodes(all, { from, limit, maxChars: room, pageInfo: node.items.pageInfo });
  return {
    owner: owner.login,
    ...about,
    rows,
    total: node.items.totalCount,
    next,
    ...(cut && { truncated: true }),
    notes: first
      ? [
          ...(shown.length < readme.length
            ? [`The readme has ${readme.length} characters; a larger max_chars shows more of it.`]
            : []),
          ...(fields.left > 0
            ? [`${counted(fields.left, 'more field')} did not fit; a larger max_chars shows them.`]
            : []),
        ]
      : [],
  };
}

/** What is written in a private project is private, like that of a repository. */
function recordRead(github: GitHub, owner: string, project: Pick<ProjectNode, 'number' | 'public'>): void {
  if (!project.public) github.readFrom({ full_name: `projects of ${owner}/${project.number}`, private: true });
}

export const noOwner = (owner: string): NotFoundError =>
  new NotFoundError(`There is no user or organisation "${owner}".`, { hint: 'github_search finds users and orgs.' });

const toProjectRow = ({ shortDescription, public: isPublic, updatedAt, items, ...node }: ProjectNode): Row => ({
  ...telling({
    number: node.number,
    title: node.title,
    description: shortDescription,
    closed: node.closed,
    private: !isPublic,
  }),
  ...{ items: items.totalCount, updated_at: updatedAt, url: node.url, id: node.id },
});

const toFieldRow = ({ id, name, dataType, options, configuration }: FieldNode): Row =>
  telling({
    name,
    type: dataType?.toLowerCase(),
    options: options?.map((option) => `${option.name} (${option.id})`),
    iterations: [...(configuration?.iterations ?? []), ...(configuration?.completedIterations ?? [])].map(
      (each) => `${each.title} from ${each.startDate} (${each.id})`,
    ),
    id,
  });

/** What an item has beside the body of a draft, the marks around it included. */
const factsChars = 500;

function toItemRow({ id, type, isArchived, content, fieldValues }: ItemNode, maxChars: number): Row {
  const values = (fieldValues.nodes ?? []).flatMap((value): [string, unknown][] => {
    const shown = value?.text ?? value?.number ?? value?.date ?? value?.name ?? value?.title;
    const name = value?.field?.name;
    // The title is a field, too.
    return name === undefined || name === 'Title' || shown === undefined || shown === null ? [] : [[name, shown]];
  });
  return {
    ...telling({
      repo: content?.repository?.nameWithOwner,
      number: content?.number,
      title: content?.title ?? '(not seen with this credential)',
      type: type.toLowerCase(),
      state: (content?.state ?? content?.prState)?.toLowerCase(),
      archived: isArchived,
      updated_at: type === 'DRAFT_ISSUE' ? content?.updatedAt : undefined,
    }),
    ...(type === 'DRAFT_ISSUE' && content?.body && bodyWithin(content.body, maxChars - factsChars)),
    ...(values.length > 0 && { values: Object.fromEntries(values) }),
    item_id: id,
  };
}
