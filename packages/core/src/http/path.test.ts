import { expect, test } from 'vitest';
import { ValidationError } from '../errors.ts';
import { pathOf } from './index.ts';

test.each([
  ['octo', '/repos/octo/x'],
  ['a/b', '/repos/a%2Fb/x'],
  ['a?b#c', '/repos/a%3Fb%23c/x'],
  ['%2e%2e', '/repos/%252e%252e/x'],
  ['ü &', '/repos/%C3%BC%20%26/x'],
  ['...', '/repos/.../x'],
  ['a\u0000b', '/repos/a%00b/x'],
])('%j is one segment: %s', (value, path) => {
  expect(pathOf`/repos/${value}/x`).toBe(path);
});

test.each(['', '.', '..', '../admin', 'a/../b', 'a/..', '..\\..\\b', './x', '\ud800'])('%j is refused', (value) => {
  expect(() => pathOf`/repos/${value}/x`).toThrow(ValidationError);
});

test('an array is as many segments as it has, each encoded', () => {
  expect(pathOf`/contents/${['src', 'a b', '#1']}/${7}`).toBe('/contents/src/a%20b/%231/7');
  for (const parts of [[], ['a', '', 'b'], ['a', '..', 'b']]) {
    expect(() => pathOf`/contents/${parts}`).toThrow(ValidationError);
  }
});

test('literals and values cannot make dots together', () => {
  expect(() => pathOf`/x/.${'.'}/y`).toThrow(ValidationError);
  expect(() => pathOf`/${'a'}?q=${'b'}`).toThrow('pass `query`');
  expect(() => pathOf`repos/${'a'}`).toThrow('starts with "/"');
});
