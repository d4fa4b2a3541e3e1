import type { Account } from '../../model/accounts.ts';
import { associationOf } from '../../model/association.ts';
import { type Reaction, type ReactionContent, reactionContents } from '../../model/reactions.ts';
import { atLeast, type Repository, roleOf } from '../../model/repository.ts';
import { iso } from '../../model/state.ts';
import { connect, list, type OrderArgs, type PageArgs, sorted } from '../connection.ts';
import type { Context, View } from '../context.ts';

export const isoOrNull = (time: number | null | undefined): string | null => (time == null ? null : iso(time));

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Text as a page shows it; the sandbox renders no Markdown. */
export const html = (text: string): string => (text === '' ? '' : `<p dir="auto">${escaped(text)}</p>`);

interface Written {
  readonly repository: Repository;
  readonly author: Account;
  readonly body: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const mayWrite = (g: Context, repository: Repository): boolean =>
  atLeast(roleOf(g.state, repository, g.viewer), 'write') && !repository.archived;

/** The fields of the interface Comment, and whether the viewer may change it. */
export function written(g: Context, { repository, author, body, createdAt, updatedAt }: Written): View {
  const text = body ?? '';
  const isMine = author === g.viewer;
  return {
    author: () => g.show.account(author),
    authorAssociation: associationOf(repository, author),
    body: text,
    bodyHTML: html(text),
    bodyText: text,
    createdAt: iso(createdAt),
    publishedAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    createdViaEmail: false,
    editor: null,
    includesCreatedEdit: false,
    lastEditedAt: null,
    viewerDidAuthor: isMine,
    viewerCanUpdate: isMine || mayWrite(g, repository),
  };
}

const names: Readonly<Record<ReactionContent, string>> = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  confused: 'CONFUSED',
  heart: 'HEART',
  hooray: 'HOORAY',
  rocket: 'ROCKET',
  eyes: 'EYES',
};

/** THUMBS_UP -> +1. */
export const reactionOf = (name: string): ReactionContent =>
  reactionContents.find((content) => names[content] === name) ?? '+1';

interface Reacted {
  readonly reactions: readonly Reaction[];
}

/** The fields of the interface Reactable beside its ids. */
export function reactable(g: Context, target: Reacted, subject: () => View): View {
  return {
    viewerCanReact: true,
    reactionGroups: () => reactionGroups(g, target, subject),
    reactions: (args: PageArgs & OrderArgs & { content?: string | null }) => {
      const wanted = args.content ? reactionOf(args.content) : undefined;
      const found = target.reactions.filter(({ content }) => !wanted || content === wanted);
      return connect('reactions', args, {
        items: sorted(found, args.orderBy, { CREATED_AT: ({ createdAt }) => createdAt }),
        view: (item) => reaction(g, item, subject),
        key: ({ id }) => id,
        more: { viewerHasReacted: found.some(({ user }) => user === g.viewer) },
      });
    },
  };
}

export function reactionGroups(g: Context, { reactions }: Reacted, subject: () => View): View[] {
  return reactionContents.map((content) => {
    const these = reactions.filter((one) => one.content === content);
    return {
      content: names[content],
      createdAt: isoOrNull(these[0]?.createdAt),
      viewerHasReacted: these.some(({ user }) => user === g.viewer),
      subject,
      users: list(
        () => these,
        ({ user }) => g.show.user(user),
        {
          edge: ({ createdAt }) => ({ reactedAt: iso(createdAt) }),
        },
      ),
      reactors: list(
        () => these,
        ({ user }) => g.show.account(user),
        {
          edge: ({ createdAt }) => ({ reactedAt: iso(createdAt) }),
        },
      ),
    };
  });
}

/** Its id is the node_id of the REST API. */
export const reaction = (g: Context, { id, content, user, createdAt }: Reaction, subject: () => View): View => ({
  id: `REA_${id}`,
  databaseId: id,
  content: names[content],
  createdAt: iso(createdAt),
  user: () => g.show.user(user),
  reactable: subject,
});
