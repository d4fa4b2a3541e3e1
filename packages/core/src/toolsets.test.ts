import { expect, test } from 'vitest';
import * as z from 'zod';
import { takeWithin } from './budget.ts';
import { nearest } from './nearest.ts';
import { defineTool, type Effect } from './tool.ts';
import { selectTools } from './toolsets.ts';

const tool = (name: string, effect: Effect, toolsets: string[] = []) =>
  defineTool({
    ...{ name, title: name, description: name, effect, toolsets },
    input: z.strictObject({}),
    output: z.object({}),
    run: async () => ({}),
  });
const all = [
  tool('read_it', 'read', ['core']),
  tool('write_it', 'write', ['core']),
  tool('drop_it', 'destroy', ['admin']),
  tool('other', 'read'),
];
const names = (selection: Parameters<typeof selectTools>[1]): string[] =>
  selectTools(all, selection).map(({ name }) => name);

test('without a choice every tool is offered', () => {
  expect(names({})).toEqual(['read_it', 'write_it', 'drop_it', 'other']);
  expect(names({ toolsets: ['all'] })).toEqual(['read_it', 'write_it', 'drop_it', 'other']);
});

test('toolsets and single tools add up, in the order of the server', () => {
  expect(names({ toolsets: ['core'], tools: ['other'] })).toEqual(['read_it', 'write_it', 'other']);
  expect(names({ tools: ['other'] })).toEqual(['other']);
});

test('read-only wins over everything', () => {
  expect(names({ readOnly: true, tools: ['write_it', 'drop_it'], toolsets: ['all'] })).toEqual(['read_it', 'other']);
});

test('a default toolset is what is offered when nothing was chosen, and only then', () => {
  expect(names({ defaultToolset: 'core' })).toEqual(['read_it', 'write_it']);
  expect(names({ defaultToolset: 'core', toolsets: [], tools: [] })).toEqual(['read_it', 'write_it']);
  expect(names({ defaultToolset: 'core', tools: ['other'] })).toEqual(['other']);
  expect(names({ defaultToolset: 'core', toolsets: ['all'] })).toEqual(['read_it', 'write_it', 'drop_it', 'other']);
});

test('tools that destroy are left out unless allowed, even when chosen by name', () => {
  expect(names({ allowDestroy: false, toolsets: ['all'], tools: ['drop_it'] })).toEqual([
    'read_it',
    'write_it',
    'other',
  ]);
  expect(names({ allowDestroy: true, tools: ['drop_it'] })).toEqual(['drop_it']);
  expect(names({ allowDestroy: true, readOnly: true, tools: ['drop_it'] })).toEqual([]);
});

test('unknown names stop the start with the valid ones', () => {
  expect(() => names({ toolsets: ['cor'] })).toThrow('Unknown toolset: cor. Valid: all, core, admin.');
  expect(() => names({ tools: ['nope'] })).toThrow('Unknown tool: nope. Valid: read_it');
});

test('nearest finds what was meant, best first, and nothing for what is far off', () => {
  expect(nearest('titel', ['title', 'tile', 'status'])).toEqual(['title', 'tile']);
  expect(nearest('zzzz', ['title'])).toEqual([]);
});

test('takeWithin takes whole items from the start until the budget is used', () => {
  const items = ['aaaa', 'bbbb', 'cccc'];
  expect(takeWithin(items, 16)).toEqual({ taken: ['aaaa', 'bbbb'], rest: ['cccc'] });
  expect(takeWithin(items, 3)).toEqual({ taken: [], rest: items });
});
