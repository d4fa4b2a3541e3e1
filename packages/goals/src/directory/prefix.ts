const largest = 999_999_999_999_999n;

/** Numbers from-to, both included, as text: they may be too large for a number. */
export type NumberRange = readonly [first: string, last: string];

/**
 * The numbers of the ids that begin with this. Ids are padded to four digits, and people leave the zeros out: `goal-7` begins
 * GOAL-0007 and GOAL-0070, `GOAL-00` those up to GOAL-0099, `7` the same as `goal-7`. None when no id of this kind begins so.
 */
export function numberRanges(kind: 'goal' | 'task', prefix: string): NumberRange[] | 'all' {
  const text = prefix.trim().toLowerCase();
  if (`${kind}-`.startsWith(text)) return 'all';
  const digits = text.startsWith(`${kind}-`) ? text.slice(kind.length + 1) : text;
  if (!/^\d{1,15}$/.test(digits)) return [];
  const number = BigInt(digits);
  if (digits.startsWith('0')) return [range(number, 10n ** BigInt(Math.max(4 - digits.length, 0)))];
  const ranges: NumberRange[] = [];
  for (let width = 1n; number * width <= largest; width *= 10n) ranges.push(range(number, width));
  return ranges;
}

const range = (number: bigint, width: bigint): NumberRange => [
  String(number * width),
  String((number + 1n) * width - 1n),
];

/** The words of what was typed, as a query for titles in which each of them begins a word; empty without any. */
export function titleQuery(prefix: string): string {
  const words = prefix.slice(0, 200).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.map((word) => `'${word}':*A`).join(' & ');
}
