/** Something that areas keep their own data at. */
export interface Attachable {
  readonly attached: Map<string, unknown>;
}

/** Data of an area at a repository, an account or the state, made on first use: `const issuesOf = attach('issues', () => new Map())`. */
export function attach<T, O extends Attachable = Attachable>(name: string, create: (owner: O) => T): (owner: O) => T {
  return (owner) => {
    if (!owner.attached.has(name)) owner.attached.set(name, create(owner));
    return owner.attached.get(name) as T;
  };
}
