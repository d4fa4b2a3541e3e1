import type { Context, View } from '../context.ts';
import { commits } from './commits.ts';
import { discussionMarks } from './discussion-marks.ts';
import { discussions } from './discussions.ts';
import { issues } from './issues.ts';
import { projectBoards } from './project-boards.ts';
import { projects } from './projects.ts';
import { pulls } from './pulls.ts';
import { reactions } from './reactions.ts';
import { reviews } from './reviews.ts';

// biome-ignore lint/suspicious/noExplicitAny: each mutation knows its own input from the schema, by which it was checked
export type Mutation<I = any> = (g: Context, input: I) => View | Promise<View>;
/** By the name in the schema; what comes back is the payload without clientMutationId. */
export type Mutations = Readonly<Record<string, Mutation>>;

const all: Mutations = {
  ...{ ...reviews, ...pulls, ...issues, ...reactions, ...commits },
  ...{ ...discussions, ...discussionMarks, ...projects, ...projectBoards },
};

interface Input {
  readonly clientMutationId?: string | null;
}

/** The root of every mutation. */
export const mutation = (g: Context): View =>
  Object.fromEntries(
    Object.entries(all).map(([name, run]) => [
      name,
      async ({ input }: { input: Input }) => {
        const clientMutationId = input.clientMutationId ?? null;
        return { clientMutationId, ...(await run(g, input)) };
      },
    ]),
  );
