type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the fields that are undefined, which octokit and the strict types of results do not take. */
export const given = <T extends Record<string, unknown>>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/** Without those that say nothing either: null, '', false, 0 and empty lists. Keeps rows compact. */
export const telling = <T extends Record<string, unknown>>(fields: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => Boolean(value) && !(Array.isArray(value) && value.length === 0)),
  ) as Partial<T>;
