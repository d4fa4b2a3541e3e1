import { NotFoundError, ValidationError } from '@mcp-servers/core';
import { applyEdits, type TextEdit } from '@mcp-servers/core/outside';
import type { GitHub, GitHubCall, RepositoryName } from '../../client/index.ts';
import { given } from '../../read/given.ts';
import { issueLabel } from '../../read/issue.ts';
import { differs, textDiffers } from '../differences.ts';
import type { Item } from '../items.ts';
import { checkVersion } from '../patch-body.ts';
import type { How } from '../run-or-plan.ts';
import { isFailed, outcome, type Taken, takeSteps } from '../steps.ts';
import {
  addDraftQuery,
  addItemQuery,
  contentQuery,
  type StoredDraft,
  type StoredItem,
  storedItemQuery,
} from './item.query.ts';
import { archiveSteps, cellSteps, type DraftMeant, draftSteps, moveSteps, type Target } from './item-steps.ts';
import type { StoredProject } from './project.query.ts';
import { type Cell, isHeld, toCells, type ValueAsked } from './values.ts';

export interface ItemAsked {
  /** An item that is there. */
  readonly item_id?: string | undefined;
  /** An issue or pull request, added when it is not there yet. */
  readonly content?: (RepositoryName & { readonly number: number }) | undefined;
  /** Of a draft: a new one without `item_id`. */
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly edits?: readonly TextEdit[] | undefined;
  readonly expected_updated_at?: string | undefined;
  /** By name of the field. */
  readonly values?: Readonly<Record<string, ValueAsked>> | undefined;
  readonly archived?: boolean | undefined;
  /** Id of the item that it comes after; null for the top. */
  readonly after?: string | null | undefined;
}

export interface ItemWritten extends Omit<Item, 'name'> {
  readonly item_id?: string;
  readonly not_applied?: string[];
  readonly failed?: Taken['failed'];
}

/** What an item is called in the answer. */
export const itemName = ({ item_id, content, title }: ItemAsked): string =>
  item_id ?? (content ? issueLabel(content) : (title ?? ''));

/** One item: made if it must be, then changed where it differs. Nothing is sent when a field or a value is none. */
export async function writeItem(
  github: GitHub,
  { project, asked }: { project: StoredProject; asked: ItemAsked },
  how: How,
): Promise<ItemWritten> {
  const { call, planning } = how;
  const fields = (project.fields.nodes ?? []).filter((field) => field !== null);
  const cells = toCells(fields, asked.values ?? {});
  const { before, create } = await locate(github, { project, asked }, call);
  const draft = before && draftOf(before, asked);
  const target: Target = { projectId: project.id, itemId: before?.id ?? '<item>' };
  const place = { wrong: undefined as string | undefined };
  const steps = [
    ...(create ? [{ name: 'add', run: async () => Object.assign(target, { itemId: await create() }) }] : []),
    ...archiveSteps(github, target, { from: before?.isArchived ?? false, to: asked.archived, only: false, call }),
    ...draftSteps(github, draft, call),
    ...cellSteps(github, target, { cells: cells.filter((cell) => !before || !isHeld(before, cell)), call }),
    ...moveSteps(github, target, { after: asked.after, place, call }),
    ...archiveSteps(github, target, { from: before?.isArchived ?? false, to: asked.archived, only: true, call }),
  ];
  const taken = await takeSteps(steps, how);
  const status = create ? 'added' : steps.length > 0 ? 'updated' : 'unchanged';
  if (planning) return { status, ...(before && { item_id: before.id }) };
  const now = await readItem(github, { project, id: target.itemId }, call);
  const missing = [...notApplied(now, { asked, draft, cells, taken }), ...(place.wrong ? [place.wrong] : [])];
  return {
    ...{ status, item_id: now.id },
    ...outcome(taken, missing),
  };
}

interface Located {
  readonly before?: StoredItem;
  /** Makes it, and gives its id. */
  readonly create?: () => Promise<string>;
}

async function locate(
  github: GitHub,
  { project, asked }: { project: StoredProject; asked: ItemAsked },
  call: GitHubCall,
): Promise<Located> {
  const { item_id, content, title, body } = asked;
  const projectId = project.id;
  if (item_id !== undefined) return { before: await readItem(github, { project, id: item_id }, call) };
  if (content) {
    const { repository } = await github.graphql(contentQuery, { ...content }, call);
    const found = repository.issueOrPullRequest;
    if (!found) {
      throw new NotFoundError(`There is no issue or pull request ${issueLabel(content)}.`, {
        hint: 'Check repo and number, and that the token may read it: github_issue or github_pull shows that.',
      });
    }
    const there = (found.projectItems.nodes ?? []).find((item) => item?.project.id === projectId);
    if (there) return { before: await readItem(github, { project, id: there.id }, call) };
    return {
      async create() {
        const input = { projectId, contentId: found.id };
        const planned = { addProjectV2ItemById: { item: { id: '<item>' } } };
        const how = { ...call, idempotent: true, planned };
        return (await github.graphql(addItemQuery, { input }, how)).addProjectV2ItemById.item.id;
      },
    };
  }
  if (title === undefined) throw new ValidationError('Each item needs item_id, repo and number, or title (a draft).');
  return {
    async create() {
      const input = { projectId, title, ...given({ body }) };
      const planned = { addProjectV2DraftIssue: { projectItem: { id: '<item>' } } };
      return (await github.graphql(addDraftQuery, { input }, { ...call, planned })).addProjectV2DraftIssue.projectItem
        .id;
    },
  };
}

/** Throws NotFoundError for an item of another project. */
export async function readItem(
  github: GitHub,
  { project, id }: { project: Pick<StoredProject, 'id' | 'number'>; id: string },
  call: GitHubCall,
): Promise<StoredItem> {
  const { node } = await github.graphql(storedItemQuery, { id }, call);
  if (node && node.project !== undefined && node.project.id === project.id) return node;
  throw new NotFoundError(`Project ${project.number} has no item ${JSON.stringify(id)}.`, {
    hint: 'github_projects with number shows item_id of each.',
  });
}

/** The draft with the text that it is to have; undefined where the texts are not touched. */
function draftOf({ type, content }: StoredItem, asked: ItemAsked): (StoredDraft & { meant: DraftMeant }) | undefined {
  const { title, body, edits, expected_updated_at: expected } = asked;
  if (title === undefined && body === undefined && !edits && expected === undefined) return undefined;
  const { id, title: oldTitle, body: oldBody, updatedAt } = content ?? {};
  if (id === undefined || oldTitle === undefined || oldBody === undefined || updatedAt === undefined) {
    throw new ValidationError(`title, body and edits are of a draft, and this is ${type.toLowerCase()}.`, {
      hint: 'Change an issue with github_issue_write, a pull request with github_pull_write.',
    });
  }
  checkVersion(`draft ${JSON.stringify(oldTitle)}`, updatedAt, expected);
  const meant = given({ title, body: edits ? applyEdits(oldBody, edits) : body });
  return { id, title: oldTitle, body: oldBody, updatedAt, meant };
}

interface Wanted {
  readonly asked: ItemAsked;
  readonly draft: { readonly meant: DraftMeant } | undefined;
  readonly cells: readonly Cell[];
  readonly taken: Taken;
}

/** But for steps that failed, which are told as such. */
function notApplied(now: StoredItem, { asked, draft, cells, taken }: Wanted): string[] {
  const isNewDraft = asked.item_id === undefined && !asked.content;
  const meant = draft?.meant ?? (isNewDraft ? given({ title: asked.title, body: asked.body ?? '' }) : {});
  const { title, body } = now.content ?? {};
  const texts = [...differs('title', title ?? null, meant.title), ...textDiffers('body', body, meant.body)];
  return [
    ...(isFailed(taken, 'draft') ? [] : texts),
    ...cells.filter((cell) => !isFailed(taken, cell.name) && !isHeld(now, cell)).map(({ name }) => `not set: ${name}`),
    ...(isFailed(taken, 'archive', 'unarchive') ? [] : differs('archived', now.isArchived, asked.archived)),
  ];
}
