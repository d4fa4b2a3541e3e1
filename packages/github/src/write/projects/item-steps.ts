import type { GitHub, GitHubCall } from '../../client/index.ts';
import type { Step } from '../steps.ts';
import { repeatable } from '../writes.ts';
import {
  archiveQuery,
  clearValueQuery,
  moveQuery,
  type StoredDraft,
  setValueQuery,
  unarchiveQuery,
  updateDraftQuery,
} from './item.query.ts';
import type { Cell } from './values.ts';

/** The id of a new item is known when the step before has made it. */
export interface Target {
  readonly projectId: string;
  readonly itemId: string;
}

type Calling = { readonly call: GitHubCall };

/** An archived item takes no change: it is brought back before them and put away after them. */
export function archiveSteps(
  github: GitHub,
  target: Target,
  { from, to, only, call }: Calling & { from: boolean; to: boolean | undefined; only: boolean },
): Step[] {
  if (to === undefined || to === from || to !== only) return [];
  const query = to ? archiveQuery : unarchiveQuery;
  const run = () => github.graphql<unknown>(query, { input: { ...target } }, repeatable(call));
  return [{ name: to ? 'archive' : 'unarchive', run }];
}

/** What a draft is to have. */
export interface DraftMeant {
  readonly title?: string;
  readonly body?: string;
}

/** Where the text is another one. */
export function draftSteps(
  github: GitHub,
  draft: (StoredDraft & { meant: DraftMeant }) | undefined,
  call: GitHubCall,
): Step[] {
  if (!draft) return [];
  const { id, meant } = draft;
  const isSo = (meant.title ?? draft.title) === draft.title && (meant.body ?? draft.body) === draft.body;
  if (isSo) return [];
  const input = { draftIssueId: id, ...meant };
  return [{ name: 'draft', run: () => github.graphql<unknown>(updateDraftQuery, { input }, repeatable(call)) }];
}

export const cellSteps = (
  github: GitHub,
  target: Target,
  { cells, call }: Calling & { cells: readonly Cell[] },
): Step[] =>
  cells.map(({ name, fieldId, value }) => ({
    name,
    run: () => {
      const input = { ...target, fieldId };
      return value === null
        ? github.graphql<unknown>(clearValueQuery, { input }, repeatable(call))
        : github.graphql<unknown>(setValueQuery, { input: { ...input, value } }, repeatable(call));
    },
  }));

interface Moving extends Calling {
  readonly after: string | null | undefined;
  /** Told here when the item is somewhere else afterwards. */
  readonly place: { wrong: string | undefined };
}

export function moveSteps(github: GitHub, target: Target, { after, place, call }: Moving): Step[] {
  if (after === undefined) return [];
  const planned = { updateProjectV2ItemPosition: { items: null } };
  return [
    {
      name: 'move',
      async run() {
        const input = { ...target, ...(after !== null && { afterId: after }) };
        const { updateProjectV2ItemPosition: moved } = await github.graphql(
          moveQuery,
          { input },
          { ...repeatable(call), planned },
        );
        const ids = (moved.items?.nodes ?? []).map((item) => item?.id);
        const at = ids.indexOf(target.itemId);
        // Further down it is not seen; GitHub has accepted it.
        if (at !== -1 && (at === 0 ? null : ids[at - 1]) !== after) place.wrong = 'after: it is somewhere else now';
      },
    },
  ];
}
