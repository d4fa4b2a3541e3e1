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

/** The text, or as many of its lines from the start as fit with a last one that says how much is missing. */
export function cutLines(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const room = text.slice(0, Math.max(maxChars - 60, 0));
  const end = room.lastIndexOf('\n');
  const kept = (end > 0 ? room.slice(0, end) : room).replace(/[\ud800-\udbff]$/, '');
  return `${kept}\n\n(${text.length - kept.length} more characters did not fit.)`;
}
