export interface PathPattern {
  readonly path: string;
  readonly match: (path: string) => Record<string, string> | undefined;
}

// Segments of several parameters come last: the description has them only as doubles of a whole one (compare).
const weight = { literal: 0, parameter: 1, multi: 2, mixed: 3 } as const;

/** A path of the description as a pattern; parameters named in `multi` may span slashes. Values come decoded. */
export function createPattern(path: string, multi: ReadonlySet<string>): PathPattern {
  const names: string[] = [];
  const source = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');
      const name = part.slice(1, -1);
      names.push(name);
      return multi.has(name) ? '(.+?)' : '([^/]+?)';
    })
    .join('');
  const regex = new RegExp(`^${source}$`);
  return {
    path,
    match(candidate) {
      const found = regex.exec(candidate);
      if (!found) return undefined;
      const values = names.map((name, index) => [name, decode(found[index + 1] ?? '')] as const);
      return values.some(([, value]) => value === undefined)
        ? undefined
        : (Object.fromEntries(values) as Record<string, string>);
    },
  };
}

/** Most specific first: literal segments before parameters, whole segments before those that span slashes. */
export function bySpecificity(multiOf: (path: string) => ReadonlySet<string>) {
  const rank = (path: string) =>
    path.split('/').map((segment) => {
      const name = /^\{([^}]+)\}$/.exec(segment)?.[1];
      if (name === undefined) return segment.includes('{') ? weight.mixed : weight.literal;
      return multiOf(path).has(name) ? weight.multi : weight.parameter;
    });
  return (a: string, b: string): number => {
    const [left, right] = [rank(a), rank(b)];
    for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
      const difference = (left[index] ?? 0) - (right[index] ?? 0);
      if (difference !== 0) return difference;
    }
    return right.length - left.length;
  };
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not percent-encoded text: no path of GitHub.
    return undefined;
  }
}
