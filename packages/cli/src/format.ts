/** `1 goal`, `2 goals`. */
export const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** `3 goals, 12 tasks, 40 other rows` from rows by table. */
export function inRows(rows: Readonly<Record<string, number>>): string {
  const { goals = 0, tasks = 0, ...others } = rows;
  const other = Object.values(others).reduce((sum, n) => sum + n, 0);
  return [count(goals, 'goal'), count(tasks, 'task'), ...(other > 0 ? [count(other, 'other row')] : [])].join(', ');
}

/** `41 MB`; decimal units, as file managers show them. */
export function inBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[step]}`;
}
