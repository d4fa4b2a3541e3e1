import { toCriteria } from './words.ts';

/** Takes fields out of a foreign object one by one; what nobody took is left in `rest`, so that nothing gets lost. */
export interface Fields {
  rest: Record<string, unknown>;
  /** A non-empty text; a number counts as one. */
  text(key: string): string | undefined;
  /** A list of texts; one text counts as a list. What is neither stays in `rest`. */
  texts(key: string): string[];
  number(key: string): number | undefined;
  raw(key: string): unknown;
  /** A text taken as a check list; where it is none, `left` has it for the description. */
  criteria(key: string): { acceptance: string[] | undefined; left: string | undefined };
}

export function fieldsOf(source: Record<string, unknown>): Fields {
  const rest = Object.fromEntries(Object.entries(source).filter(([, value]) => !isEmpty(value)));
  const raw = (key: string): unknown => {
    const value = rest[key];
    delete rest[key];
    return value;
  };
  const text = (key: string): string | undefined => {
    const value = rest[key];
    return typeof value === 'string' || typeof value === 'number' ? String(raw(key)) : undefined;
  };
  return {
    rest,
    raw,
    text,
    texts(key) {
      const value = rest[key];
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (!list.every((entry) => typeof entry === 'string' || typeof entry === 'number')) return [];
      raw(key);
      return list.map(String);
    },
    number(key) {
      return typeof rest[key] === 'number' ? (raw(key) as number) : undefined;
    },
    criteria(key) {
      const value = text(key);
      const acceptance = value === undefined ? undefined : toCriteria(value);
      return { acceptance, left: acceptance ? undefined : value };
    },
  };
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
