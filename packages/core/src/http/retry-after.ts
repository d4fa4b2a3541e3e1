/** Unix time in seconds is above it, a number of seconds to wait below. */
const smallestUnixTime = 1_000_000_000;

/**
 * Seconds until a call makes sense again: `Retry-After` (seconds or a date), else `x-ratelimit-reset` (seconds, Unix time or a date)
 * when `x-ratelimit-remaining` is 0. Dates count from the answer's own `Date`, so a wrong clock here does no harm.
 */
export function retryAfterOf(headers: Headers): number | undefined {
  const answered = Date.parse(headers.get('date') ?? '') || Date.now();
  const asked = headers.get('retry-after');
  if (asked !== null) return secondsUntil(asked, answered);
  const used = headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining');
  if (used?.trim() !== '0') return undefined;
  return secondsUntil(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? '', answered);
}

function secondsUntil(text: string, from: number): number | undefined {
  const value = text.trim();
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
  if (number !== undefined && number < smallestUnixTime) return Math.ceil(number);
  const at = number === undefined ? Date.parse(value) : number * 1000;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - from) / 1000));
}
