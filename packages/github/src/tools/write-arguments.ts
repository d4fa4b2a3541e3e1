import { ValidationError } from '@mcp-servers/core';

type Arguments = Readonly<Record<string, unknown>>;

const namesOf = (asked: Arguments): string[] =>
  Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]));

/** An argument that this action cannot do without. */
export function argument<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw new ValidationError(`${name} must be given for this action.`);
}

/** Throws ValidationError for arguments that the action does not take: what is dropped without a word is taken for done. */
export function refuseUnused<A extends Arguments>(action: string, asked: A, takes: readonly (keyof A)[]): void {
  const unused = namesOf(asked).filter((name) => !takes.includes(name));
  if (unused.length === 0) return;
  throw new ValidationError(`${unused.join(', ')}: not for ${action}.`, { hint: `It takes ${takes.join(', ')}.` });
}

/** Throws ValidationError when a whole text and changes of it are given. */
export function refuseBoth(asked: Arguments, text = 'body'): void {
  if (asked[text] !== undefined && asked.edits !== undefined) {
    throw new ValidationError(`Give ${text} or edits, not both.`);
  }
}

interface Kinds<A> {
  /** With its article: `an issue`. */
  readonly what: string;
  readonly number: number | undefined;
  /** What only a new one takes, and what only one that exists. */
  readonly forNew?: readonly (keyof A & string)[];
  readonly forOld: readonly (keyof A & string)[];
}

/** Of a tool that makes something without a number and changes it with one. Throws ValidationError for a change of nothing, too. */
export function checkChange<A extends Arguments>(change: A, { what, number, forNew = [], forOld }: Kinds<A>): void {
  const isNew = number === undefined;
  const wrong = (isNew ? forOld : forNew).filter((name) => change[name] !== undefined);
  if (wrong.length > 0) {
    throw new ValidationError(`${wrong.join(', ')}: only for ${what} that ${isNew ? 'exists' : 'is new'}.`, {
      hint: isNew ? 'Give its number.' : 'Leave out number, or these.',
    });
  }
  if (!isNew && namesOf(change).every((name) => name.startsWith('expected_'))) {
    throw new ValidationError('Nothing to change was given.');
  }
}
