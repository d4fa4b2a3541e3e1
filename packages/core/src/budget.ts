/** Default and bounds of the characters in one answer; clients warn at about 10,000 tokens and cut at 25,000. */
export const answerBudget = { default: 20_000, min: 500, max: 90_000 } as const;

/**
 * The longest run from the start of `items` whose JSON stays within `maxChars`, always whole items. `rest` are those left out;
 * the first item is left out too when it alone is larger.
 */
export function takeWithin<T>(items: readonly T[], maxChars: number): { taken: T[]; rest: T[] } {
  let used = 2;
  let count = 0;
  for (const item of items) {
    used += JSON.stringify(item).length + 1;
    if (used > maxChars) break;
    count++;
  }
  return { taken: items.slice(0, count), rest: items.slice(count) };
}
