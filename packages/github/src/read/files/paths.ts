/** A path in a repository as parts; undefined when it leads out of it. */
export function partsOf(path: string, from: readonly string[] = []): string[] | undefined {
  if (path.startsWith('/') && from.length > 0) return undefined;
  const parts = [...from];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts;
}
