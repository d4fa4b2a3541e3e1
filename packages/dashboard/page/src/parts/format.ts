const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds for reading: `0.4 ms`, `38 ms`, `1.2 s`. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '0 ms';
  if (value >= 1000) return `${(value / 1000).toFixed(1)} s`;
  return value >= 10 ? `${Math.round(value)} ms` : `${value.toFixed(1)} ms`;
}

/** Bytes for reading: `42 MB`. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value >= 1024 ** 3) return `${(value / 1024 ** 3).toFixed(1)} GB`;
  return value >= 1024 ** 2 ? `${Math.round(value / 1024 ** 2)} MB` : `${Math.round(value / 1024)} KB`;
}

/** Seconds for reading, two units at most: `3 d 4 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < minute) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h ${Math.floor((seconds % hour) / minute)} min`;
  return `${Math.floor(seconds / day)} d ${Math.floor((seconds % day) / hour)} h`;
}

const number = new Intl.NumberFormat('en');

/** `12,340` */
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : number.format(value);

/** `1 task`, `2 tasks` */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** How long ago or until, from `now`, both in milliseconds: `just now`, `5 min ago`, `in 2 d`. */
export function relative(at: number, now: number): string {
  const seconds = Math.abs(now - at) / 1000;
  if (seconds < 10) return 'just now';
  const size =
    seconds < minute
      ? `${Math.round(seconds)} s`
      : seconds < hour
        ? `${Math.round(seconds / minute)} min`
        : seconds < day
          ? `${Math.round(seconds / hour)} h`
          : seconds < 60 * day
            ? `${Math.round(seconds / day)} d`
            : `${Math.round(seconds / (30 * day))} mo`;
  return at <= now ? `${size} ago` : `in ${size}`;
}

const absoluteFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
export const absolute = (at: number): string => absoluteFormat.format(at);

/** `in_progress` -> `in progress` */
export const words = (name: string): string => name.replaceAll('_', ' ');

/** `in_progress` -> `In progress` */
export const sentence = (name: string): string => words(name).replace(/^./, (first) => first.toUpperCase());
