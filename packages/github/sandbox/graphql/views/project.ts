import type { Account } from '../../model/accounts.ts';
import type { Issue } from '../../model/issue.ts';
import { nodeId } from '../../model/node-id.ts';
import {
  type Draft,
  everyProject,
  projectsOf as ownedBy,
  type Project,
  type ProjectField,
  type ProjectItem,
} from '../../model/projects.ts';
import { iso } from '../../model/state.ts';
import { connect, list, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';
import { missing } from '../errors.ts';
import { mayKnow, needScopes } from '../permits.ts';
import { byId } from './account.ts';
import { configuration } from './project-field.ts';
import { fieldValue, valuesOf } from './project-value.ts';
import { html, isoOrNull } from './written.ts';

/** Members see the projects of their organisation, everyone the public ones. */
export const seesProject = ({ viewer }: Context, { owner, isPublic }: Project): boolean =>
  isPublic || owner === viewer || owner.members.has(viewer.id);

/** Whoever sees a project as its owner or a member may change it. */
export const mayChangeProject = ({ viewer }: Context, { owner }: Project): boolean =>
  owner === viewer || owner.members.has(viewer.id);

const scopes = ['read:project'];

interface ProjectsArgs extends PageArgs, OrderArgs {
  readonly query?: string | null;
}

/** projectsV2 and projectV2 of a user or an organisation. */
export function projectsOf(g: Context, owner: Account): View {
  const shown = () => ownedBy(owner).filter((candidate) => seesProject(g, candidate));
  return {
    projectsV2: (args: ProjectsArgs) => {
      needScopes(g, 'projectsV2', scopes);
      const wanted = (args.query ?? '')
        .toLowerCase()
        .replace(/\bis:(open|closed)\b/, '')
        .trim();
      const state = /\bis:(open|closed)\b/.exec(args.query ?? '')?.[1];
      const found = shown().filter(
        ({ title, closedAt }) =>
          title.toLowerCase().includes(wanted) && (!state || (closedAt === null) === (state === 'open')),
      );
      const items = sorted(found, args.orderBy, {
        NUMBER: ({ number }) => number,
        TITLE: ({ title }) => title,
        CREATED_AT: ({ createdAt }) => createdAt,
        UPDATED_AT: ({ updatedAt }) => updatedAt,
      });
      return connect('projectsV2', args, { ...byId, items, view: (item) => project(g, item) });
    },
    projectV2: ({ number }: { number: number }) => {
      needScopes(g, 'projectV2', scopes);
      const found = shown().find((candidate) => candidate.number === number);
      if (found) return project(g, found);
      throw missing(`Could not resolve to a ProjectV2 with the number ${number}.`);
    },
  };
}

export function project(g: Context, value: Project): View {
  const { id, number, owner, title, fields } = value;
  const place = owner.type === 'Organization' ? 'orgs' : 'users';
  const path = `/${place}/${owner.login}/projects/${number}`;
  const field = (one: ProjectField) => configuration(g, value, one);
  const mayChange = mayChangeProject(g, value);
  return {
    __typename: 'ProjectV2',
    id: nodeId('ProjectV2', id),
    databaseId: id,
    fullDatabaseId: String(id),
    ...{ number, title, readme: value.readme, shortDescription: value.description },
    url: g.state.urls.html + path,
    resourcePath: path,
    public: value.isPublic,
    template: false,
    closed: value.closedAt !== null,
    closedAt: isoOrNull(value.closedAt),
    createdAt: iso(value.createdAt),
    updatedAt: iso(value.updatedAt),
    creator: () => g.show.account(value.creator),
    owner: () => g.show.account(owner),
    fields: (args: PageArgs & OrderArgs) => {
      const items = sorted(fields, args.orderBy, {
        POSITION: (one) => fields.indexOf(one),
        NAME: ({ name }) => name,
        CREATED_AT: ({ createdAt }) => createdAt,
      });
      return connect('fields', args, { ...byId, items, view: field });
    },
    field: ({ name }: { name: string }) => {
      const found = fields.find((one) => one.name === name);
      return found ? field(found) : null;
    },
    items: (args: PageArgs & OrderArgs) => {
      const items = sorted(value.items, args.orderBy, { POSITION: (item) => value.items.indexOf(item) });
      return connect('items', args, { ...byId, items, view: (item) => projectItem(g, value, item) });
    },
    viewerCanUpdate: mayChange,
    viewerCanClose: mayChange && value.closedAt === null,
    viewerCanReopen: mayChange && value.closedAt !== null,
  };
}

export function projectItem(g: Context, of: Project, item: ProjectItem): View {
  const { content, id } = item;
  const isHidden = 'issue' in content && !mayKnow(g, content.issue.repository);
  const kind = 'draft' in content ? 'DRAFT_ISSUE' : content.issue.pull ? 'PULL_REQUEST' : 'ISSUE';
  const shown = () => valuesOf({ project: of, item });
  return {
    __typename: 'ProjectV2Item',
    id: nodeId('ProjectV2Item', id),
    databaseId: id,
    fullDatabaseId: String(id),
    type: isHidden ? 'REDACTED' : kind,
    isArchived: item.archived,
    createdAt: iso(item.createdAt),
    updatedAt: iso(item.updatedAt),
    creator: () => g.show.account(item.creator),
    project: () => project(g, of),
    content: () => {
      if (isHidden) return null;
      return 'draft' in content ? draftIssue(g, of, item) : g.show.issueOrPull(content.issue);
    },
    fieldValues: list(shown, (field) => fieldValue(g, { project: of, item, field }), byId),
    fieldValueByName: ({ name }: { name: string }) => {
      const field = shown().find((one) => one.name === name);
      return field ? fieldValue(g, { project: of, item, field }) : null;
    },
  };
}

/** Throws Error for an item that is none. */
export function draftIssue(g: Context, of: Project, item: ProjectItem): View {
  const draft = draftOf(item);
  return {
    __typename: 'DraftIssue',
    id: nodeId('DraftIssue', draft.id),
    title: draft.title,
    body: draft.body,
    bodyText: draft.body,
    bodyHTML: html(draft.body),
    createdAt: iso(draft.createdAt),
    updatedAt: iso(draft.updatedAt),
    creator: () => g.show.account(draft.creator),
    assignees: list(
      () => draft.assignees,
      (account) => g.show.user(account),
      byId,
    ),
    projectsV2: list(
      () => [of],
      (one) => project(g, one),
      byId,
    ),
    projectV2Items: list(
      () => [item],
      (one) => projectItem(g, of, one),
      byId,
    ),
  };
}

function draftOf({ content }: ProjectItem): Draft {
  if ('draft' in content) return content.draft;
  throw new Error('no draft');
}

/** projectItems and projectsV2 of an issue or pull request. */
export function projectItemsOf(g: Context, issue: Issue): View {
  const placed = () =>
    everyProject(g.state)
      .filter((candidate) => seesProject(g, candidate))
      .flatMap((of) =>
        of.items
          .filter(({ content }) => 'issue' in content && content.issue === issue)
          .map((item) => ({ of, item, id: item.id })),
      );
  return {
    projectItems: (args: PageArgs & { includeArchived?: boolean }) => {
      needScopes(g, 'projectItems', scopes);
      const { includeArchived = true } = args;
      const items = placed().filter(({ item }) => includeArchived || !item.archived);
      return connect('projectItems', args, { ...byId, items, view: ({ of, item }) => projectItem(g, of, item) });
    },
  };
}
