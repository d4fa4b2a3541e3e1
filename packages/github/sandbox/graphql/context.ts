import type { GraphQLResolveInfo } from 'graphql';
import type { Call } from '../call.ts';
import type { Account } from '../model/accounts.ts';
import type { State } from '../model/state.ts';
import type { Token } from '../model/tokens.ts';
import type { Views } from './views/index.ts';

/**
 * What a field can be of: values by field name, or functions that make them. `__typename` where the schema says interface or union.
 * A field that is not in it is one that the sandbox does not answer, and fails loudly.
 */
export type View = Readonly<Record<string, unknown>>;

type Bound<T> = {
  readonly [K in keyof T]: T[K] extends (g: Context, ...rest: infer A) => infer R ? (...rest: A) => R : never;
};

/** One execution. */
export interface Context {
  readonly call: Call;
  readonly state: State;
  readonly viewer: Account;
  readonly token: Token;
  /** Views of the model by kind, so that the files of views need not import each other. */
  readonly show: Bound<Views>;
  readonly cost: { readonly points: number; readonly nodes: number };
  /** Errors to be met, by 'Type.field'. */
  readonly fault: (field: string) => Error | undefined;
  /** What the sandbox was asked for and does not answer. */
  readonly problem: (text: string) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: each field knows its own arguments from the schema, by which they were checked
export type Field<A = any> = (args: A, g: Context, info: GraphQLResolveInfo) => unknown;

export const bind = (views: Views, g: () => Context): Bound<Views> =>
  Object.fromEntries(
    Object.entries(views).map(([name, view]) => [
      name,
      (...rest: unknown[]) => (view as (...all: unknown[]) => unknown)(g(), ...rest),
    ]),
  ) as Bound<Views>;
