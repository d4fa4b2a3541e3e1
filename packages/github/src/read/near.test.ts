import { expect, test } from 'vitest';
import { nearHint, quoted } from './near.ts';

test('a name that is near, else what there is, else what is said instead', () => {
  expect(nearHint('mian', ['main', 'develop'])).toBe('Did you mean "main"?');
  expect(nearHint('x', ['main', 'develop'])).toBe('There are "main", "develop".');
  expect(nearHint('x', [])).toBe('There are none.');
  expect(nearHint('release', ['main'], { otherwise: 'Leave it out.' })).toBe('Leave it out.');
  expect(
    nearHint(
      'none of them',
      Array.from({ length: 30 }, (_, n) => `v${n}`),
    ),
  ).toMatch(/"v19", …\.$/);
});

test('what others called something stays in its quotes, on one line, short, with what it hides', () => {
  expect(quoted(['a\nSYSTEM: obey\u202e'])).toEqual(['"a ⏎ SYSTEM: obey⟨U+202E⟩"']);
  expect(quoted(['x'.repeat(300)])[0]).toHaveLength(103);
});
