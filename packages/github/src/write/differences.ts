/** `title: is "Old"` where it is not what was asked for. */
export const differs = (name: string, now: unknown, meant: unknown): string[] =>
  meant === undefined || now === meant ? [] : [`${name}: is ${JSON.stringify(now)}`];

/** Of a text that is too long to be shown. */
export const textDiffers = (name: string, now: string | null | undefined, meant: string | undefined): string[] =>
  meant === undefined || (now ?? '') === meant
    ? []
    : [`${name}: what is there now is not what was written; read it again`];

/** Names of labels and accounts do not differ by case. */
export const hasName = (names: readonly string[], name: string): boolean =>
  names.some((one) => one.toLowerCase() === name.toLowerCase());

/** Which of the names are not among the others. */
export const without = (names: readonly string[] | undefined, others: readonly string[]): string[] =>
  names?.filter((name) => !hasName(others, name)) ?? [];

/** Which of the names are among the others, too. */
export const within = (names: readonly string[] | undefined, others: readonly string[]): string[] =>
  names?.filter((name) => hasName(others, name)) ?? [];

/** Each name once. */
export const unique = (names: readonly string[]): string[] =>
  names.filter((name, n) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === n);
