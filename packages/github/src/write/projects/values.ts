import { NotFoundError, nearest, ValidationError } from '@mcp-servers/core';
import type { FieldNode } from '../../read/projects/index.ts';
import { listed } from '../saying.ts';
import type { StoredItem } from './item.query.ts';

/** As it is given and read: the name of an option, the title of an iteration, a day, a number or a text; null empties it. */
export type ValueAsked = string | number | null;

/** What the mutation takes. */
export type CellValue =
  | { readonly text: string }
  | { readonly number: number }
  | { readonly date: string }
  | { readonly singleSelectOptionId: string }
  | { readonly iterationId: string };

export interface Cell {
  /** Of the field. */
  readonly name: string;
  readonly fieldId: string;
  /** Null empties it. */
  readonly value: CellValue | null;
}

type Named = { readonly id: string; readonly name: string };

/** The cells to fill, by the names of fields. Throws NotFoundError and ValidationError that say what there is. */
export function toCells(fields: readonly FieldNode[], values: Readonly<Record<string, ValueAsked>>): Cell[] {
  return Object.entries(values).map(([asked, value]) => {
    const field = find(fields.flatMap(named), asked);
    const { id: fieldId, name } = field ?? noField(fields, asked);
    const kind = fields.find(({ id }) => id === fieldId) ?? {};
    return { name, fieldId, value: toValue(kind, name, value) };
  });
}

const named = ({ id, name }: FieldNode): Named[] => (id === undefined || name === undefined ? [] : [{ id, name }]);

/** By its name, else without regard to case, else by its id. */
function find<T extends Named>(all: readonly T[], asked: string): T | undefined {
  const lower = asked.toLowerCase();
  return (
    all.find(({ name }) => name === asked) ??
    all.find(({ name }) => name.toLowerCase() === lower) ??
    all.find(({ id }) => id === asked)
  );
}

const writable = ['TEXT', 'NUMBER', 'DATE', 'SINGLE_SELECT', 'ITERATION'];

function toValue(field: FieldNode, name: string, value: ValueAsked): CellValue | null {
  const { dataType = '' } = field;
  if (!writable.includes(dataType)) {
    throw new ValidationError(`${name}: a field of type ${dataType.toLowerCase()} is not set in a project.`, {
      hint: 'It belongs to the issue or pull request: github_issue_write, github_pull_write. The title of a draft is title.',
    });
  }
  if (value === null) return null;
  if (dataType === 'NUMBER') {
    if (typeof value !== 'number') throw wrongType(name, 'a number', value);
    return { number: value };
  }
  if (typeof value !== 'string') throw wrongType(name, words[dataType] ?? 'a text', value);
  if (value === '') throw new ValidationError(`${name}: an empty text is no value.`, { hint: 'null empties a field.' });
  if (dataType === 'DATE') {
    if (!isDay(value)) throw wrongType(name, 'a day such as 2026-01-31', value);
    return { date: value };
  }
  if (dataType === 'TEXT') return { text: value };
  if (dataType === 'SINGLE_SELECT') return { singleSelectOptionId: choose(name, field.options ?? [], value).id };
  const { iterations = [], completedIterations = [] } = field.configuration ?? {};
  const titled = [...iterations, ...completedIterations].map(({ id, title }) => ({ id, name: title }));
  return { iterationId: choose(name, titled, value).id };
}

const words: Readonly<Record<string, string>> = {
  DATE: 'a day such as 2026-01-31',
  SINGLE_SELECT: 'the name of an option',
  ITERATION: 'the title of an iteration',
};

function choose(name: string, all: readonly Named[], asked: string): Named {
  const found = find(all, asked);
  if (found) return found;
  throw new NotFoundError(`${name} has no ${JSON.stringify(asked)}.`, {
    hint: suggestion(
      asked,
      all.map((one) => one.name),
    ),
  });
}

function noField(fields: readonly FieldNode[], asked: string): never {
  const all = fields.filter(({ dataType = '' }) => writable.includes(dataType)).flatMap(named);
  throw new NotFoundError(`The project has no field ${JSON.stringify(asked)}.`, {
    hint: suggestion(
      asked,
      all.map(({ name }) => name),
    ),
  });
}

const mostShown = 50;

function suggestion(asked: string, names: readonly string[]): string {
  const near = nearest(asked, names);
  const there = `There are ${listed(
    names.map((name) => JSON.stringify(name)),
    mostShown,
  )}.`;
  return near.length > 0 ? `Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}? ${there}` : there;
}

const wrongType = (name: string, what: string, value: string | number): ValidationError =>
  new ValidationError(`${name}: takes ${what}, not ${JSON.stringify(value).slice(0, 100)}.`);

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().slice(0, 10) === text;

/** Whether the item has it already. */
export function isHeld({ fieldValues }: Pick<StoredItem, 'fieldValues'>, { fieldId, value }: Cell): boolean {
  const there = (fieldValues.nodes ?? []).find((one) => one?.field?.id === fieldId);
  const { field: _, ...held } = there ?? {};
  if (value === null) return Object.values(held).every((one) => one === null || one === undefined);
  return Object.entries(value).every(([key, wanted]) => (held as Record<string, unknown>)[key] === wanted);
}
