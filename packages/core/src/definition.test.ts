import { expect, test } from 'vitest';
import * as z from 'zod';
import { toAdvertised, toDefinition } from './definition.ts';

const Task = z.strictObject({
  title: z.string().min(1).max(200),
  ref: z.string().optional().describe('for links'),
  status: z.enum(['open', 'done']).optional(),
  minutes: z.int().min(1).max(100).nullable().optional(),
  tags: z.array(z.string()).max(50).optional(),
  get subtasks() {
    return z.array(Task).optional();
  },
});

test('bounds are in the definition for documents and not in what clients receive', () => {
  const schema = z.strictObject({ name: z.string().min(1).max(9), limit: z.int().min(1).max(100).default(20) });
  expect(toDefinition(schema).properties).toMatchObject({
    name: { minLength: 1, maxLength: 9 },
    limit: { minimum: 1, maximum: 100 },
  });
  expect(toAdvertised(schema)).toEqual({
    type: 'object',
    properties: { name: { type: 'string' }, limit: { type: 'integer', default: 20 } },
    required: ['name'],
    additionalProperties: false,
  });
});

test('the entries of a list are one line, with ? at what may be left out, values of enums, and nesting by name', () => {
  const { properties } = toAdvertised(z.strictObject({ tasks: z.array(Task) }));
  expect(properties).toEqual({
    tasks: {
      type: 'array',
      items: { type: 'object' },
      description: 'title, ref? (for links), status?: open|done, minutes?: int, tags?[], subtasks?[]',
    },
  });
});

test('an object of which everything is optional needs no marks', () => {
  const where = z.strictObject({ project: z.string(), status: z.array(z.enum(['open', 'done'])), ready: z.boolean() });
  const { properties } = toAdvertised(z.strictObject({ where: where.partial().default({}).describe('filters') }));
  expect(properties?.where).toEqual({
    type: 'object',
    description: 'filters. project, status[]: open|done, ready: bool',
  });
});

test('entries that another tool describes are named instead', () => {
  const { properties } = toAdvertised(z.strictObject({ tasks: z.array(Task).meta({ like: 'tasks of create_goal' }) }));
  expect(properties?.tasks).toMatchObject({ description: 'like tasks of create_goal' });
});

test('what may be null says so, what is off or empty by default does not, and any object or JSON stays open', () => {
  const { properties } = toAdvertised(
    z.strictObject({
      due: z.string().nullable().optional(),
      force: z.boolean().default(false),
      include: z.array(z.enum(['a', 'b'])).default([]),
      metadata: z.record(z.string(), z.unknown()).optional(),
      result: z.unknown(),
    }),
  );
  expect(properties).toEqual({
    due: { type: ['string', 'null'] },
    force: { type: 'boolean' },
    include: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    metadata: { type: 'object' },
    result: {},
  });
});
