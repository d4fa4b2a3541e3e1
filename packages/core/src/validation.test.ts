import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ValidationError } from './errors.ts';
import { validateInput } from './validation.ts';

const Input = z.strictObject({
  title: z.string().min(1).max(10),
  status: z.enum(['open', 'done']).optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
  items: z.array(z.strictObject({ name: z.string() })).optional(),
});

const messageOf = (raw: unknown): string => {
  try {
    validateInput(Input, raw);
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
};

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = { value };
  return value;
};

describe('validateInput', () => {
  test('answers the parsed value', () => {
    expect(validateInput(Input, { title: 'x' })).toEqual({ title: 'x' });
  });

  test('takes absent arguments as none', () => {
    expect(messageOf(undefined)).toContain('title: required (string).');
  });

  test('names the near field for a mistyped one', () => {
    expect(messageOf({ title: 'x', statsu: 'open' })).toContain('unknown field "statsu". Did you mean status?');
  });

  test('lists the valid fields when none is near', () => {
    expect(messageOf({ title: 'x', zzzzzz: 1 })).toContain('Valid: title, status, meta, items.');
  });

  test('names the fields of an object inside a list too', () => {
    expect(messageOf({ title: 'x', items: [{ name: 'a', nmae: 'b' }] })).toContain(
      'items[0]: unknown field "nmae". Did you mean name?',
    );
    expect(messageOf({ title: 'x', items: [{ name: 'a', zzzzzz: 'b' }] })).toContain('Valid: name.');
  });

  test('names the object or list that an unknown field belongs into', () => {
    const Search = z.strictObject({
      query: z.string(),
      filters: z.strictObject({ repo: z.string() }).partial().optional(),
      files: z.array(z.strictObject({ path: z.string(), ref: z.string().optional() })),
    });
    const said = (raw: unknown) => expect(() => validateInput(Search, raw));
    said({ query: 'x', files: [], repo: 'a/b' }).toThrow('unknown field "repo". It goes into filters.');
    said({ query: 'x', files: [], path: 'a' }).toThrow('unknown field "path". It goes into files.');
    said({ query: 'x', files: ['a.ts'] }).toThrow(/files\[0\]: .*expected object, received string, with path, ref/);
    said('x').toThrow(/arguments: .*expected object, received string, with query, filters, files/);
  });

  test('tells a wrong type from a missing field', () => {
    expect(messageOf({ title: 7 })).toMatch(/title: .*expected string, received number/);
    expect(messageOf({ title: 'x', items: 'open' })).toMatch(/items: .*expected array, received string/);
    expect(messageOf({})).toContain('title: required (string).');
  });

  test('names the allowed values of an enum', () => {
    expect(messageOf({ title: 'x', status: 'closed' })).toMatch(/status: .*"open"\|"done"/);
  });

  test('gives the path inside lists', () => {
    expect(messageOf({ title: 'x', items: [{ name: 'a' }, { name: 1 }] })).toContain('items[1].name: ');
  });

  test('stops listing after ten problems', () => {
    const items = Array.from({ length: 30 }, () => ({ name: 1 }));
    expect(messageOf({ title: 'x', items })).toContain('- and 20 more');
  });

  test.each([
    ['NUL in a value', { title: 'a\0b' }, 'title: contains a NUL character'],
    ['NUL in free-form JSON', { title: 'x', meta: { deep: [{ k: '\0' }] } }, 'meta.deep[0].k: contains a NUL'],
    ['a lone surrogate', { title: '\ud800' }, 'title: contains half of a surrogate pair'],
    ['a lone surrogate in a key', { title: 'x', meta: { '\udc00': 1 } }, 'a key contains half of a surrogate pair'],
    ['nesting without end', { title: 'x', meta: nested(1000) }, 'nested deeper than 64 levels'],
  ])('refuses %s and says where', (_, raw, message) => {
    expect(messageOf(raw)).toContain(message);
  });

  test('stays short whatever it is given', () => {
    const raw = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`${'k'.repeat(500)}${index}`, 'v'.repeat(1000)]),
    );
    expect(messageOf(raw).length).toBeLessThan(3000);
  });
});
