export type Allows = (fullName: string) => boolean;

export interface SeenRepository {
  readonly full_name: string;
  readonly private?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The repository that an object of a REST answer is, or says it belongs to. */
export function repositoryOf(value: unknown): SeenRepository | undefined {
  if (!isFields(value)) return undefined;
  if (typeof value.full_name === 'string' && 'private' in value) return toSeen(value);
  if (isFields(value.repository) && typeof value.repository.full_name === 'string') return toSeen(value.repository);
  const base = isFields(value.base) ? value.base.repo : undefined;
  if (isFields(base) && typeof base.full_name === 'string') return toSeen(base);
  // A cross-reference in a timeline belongs to whoever refers.
  if (isFields(value.source) && isFields(value.source.issue)) return repositoryOf(value.source.issue);
  for (const url of [value.repository_url, value.url]) {
    const name = typeof url === 'string' ? nameInUrl(url) : undefined;
    if (name !== undefined) return { full_name: name };
  }
  return undefined;
}

const toSeen = ({ full_name, private: hidden }: Fields): SeenRepository => ({
  full_name: String(full_name),
  ...(typeof hidden === 'boolean' && { private: hidden }),
});

/** Of an address of the API. */
function nameInUrl(url: string): string | undefined {
  const match = /^https?:\/\/[^/]+(?:\/api\/v3)?\/repos\/([^/?#]+)\/([^/?#]+)/.exec(url);
  return match ? `${match[1]}/${match[2]}` : undefined;
}

export interface CheckedAnswer {
  readonly data: unknown;
  /** How many rows were left out. */
  readonly withheld: number;
  /** What the rest is about. */
  readonly seen: readonly SeenRepository[];
  /** The whole answer is about a repository outside. */
  readonly outside?: string;
}

/** Lists inside answers that are objects: `{ total_count, items }`. */
const listKeys = ['items', 'repositories'];
/** Of a fork or a copy: another repository, whole. */
const relatives = ['parent', 'source', 'template_repository'];

/**
 * A REST answer without the rows of repositories outside. Objects are looked at where routes put them: the whole, its rows, the rows of
 * `items`, and what a fork was made from. With `listing` a row that names no repository goes too.
 */
export function checkAnswer(data: unknown, allows: Allows, { listing = false } = {}): CheckedAnswer {
  if (Array.isArray(data)) {
    const { rows, seen } = inside(data, allows, listing);
    return { data: rows, withheld: data.length - rows.length, seen };
  }
  if (!isFields(data)) return { data, withheld: 0, seen: [] };
  const whole = repositoryOf(data);
  if (whole && !allows(whole.full_name)) return { data: undefined, withheld: 0, seen: [], outside: whole.full_name };
  const key = listKeys.find((name) => Array.isArray(data[name]));
  if (key === undefined) return { data: withoutRelatives(data, allows), withheld: 0, seen: whole ? [whole] : [] };
  const given = data[key] as readonly unknown[];
  const { rows, seen } = inside(given, allows, listing);
  const withheld = given.length - rows.length;
  // The total counts what is outside too; how much that is must not be learnt from it.
  const total = withheld > 0 && 'total_count' in data ? { total_count: rows.length } : {};
  return { data: { ...data, ...total, [key]: rows }, withheld, seen };
}

function inside(
  given: readonly unknown[],
  allows: Allows,
  listing: boolean,
): { rows: unknown[]; seen: SeenRepository[] } {
  const seen: SeenRepository[] = [];
  const rows = given.flatMap((row) => {
    const repository = repositoryOf(row);
    if (repository ? !allows(repository.full_name) : listing) return [];
    if (repository) seen.push(repository);
    return [isFields(row) ? withoutRelatives(row, allows) : row];
  });
  return { rows, seen };
}

function withoutRelatives(data: Fields, allows: Allows): Fields {
  const outside = relatives.filter((name) => {
    const relative = data[name];
    return isFields(relative) && typeof relative.full_name === 'string' && !allows(relative.full_name);
  });
  if (outside.length === 0) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => !outside.includes(name)));
}

/** The same for GraphQL: rows of lists go, single objects become null, except a pull request's head, which keeps its name. */
export function checkGraphql(data: unknown, allows: Allows): CheckedAnswer {
  const seen = new Map<string, SeenRepository>();
  let withheld = 0;
  let outside: string | undefined;

  const nameOf = (value: unknown): SeenRepository | undefined => {
    if (!isFields(value)) return undefined;
    if (typeof value.nameWithOwner === 'string') {
      return {
        full_name: value.nameWithOwner,
        ...(typeof value.isPrivate === 'boolean' && { private: value.isPrivate }),
      };
    }
    return isFields(value.repository) ? nameOf(value.repository) : undefined;
  };
  const keep = (value: unknown): boolean => {
    const repository = nameOf(value);
    if (repository === undefined) return true;
    if (!allows(repository.full_name)) return false;
    seen.set(repository.full_name, { ...seen.get(repository.full_name), ...repository });
    return true;
  };
  const walk = (value: unknown, depth: number): unknown => {
    if (Array.isArray(value)) {
      const rows = value.filter(keep);
      withheld += value.length - rows.length;
      return rows.map((row) => walk(row, depth + 1));
    }
    if (!isFields(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (Array.isArray(inner) || keep(inner)) return [key, walk(inner, depth + 1)];
        const name = nameOf(inner)?.full_name;
        if (key === 'headRepository') return [key, { nameWithOwner: name }];
        if (depth === 0) outside = name;
        else withheld += 1;
        return [key, null];
      }),
    );
  };
  const checked = walk(data, 0);
  return { data: checked, withheld, seen: [...seen.values()], ...(outside !== undefined && { outside }) };
}
