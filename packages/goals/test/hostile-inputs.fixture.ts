/** The parts of JSON Schema that tools use. */
export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  minItems?: number;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export type Path = readonly (string | number)[];

export interface Field {
  /** From the arguments to the value. */
  path: Path;
  schema: Schema;
}

export interface Ids {
  goal: string;
  task: string;
}

/** Text that is only text, however it looks. */
export const harmlessTexts: Record<string, string> = {
  emoji: 'Ship 🚀 👩‍👩‍👧‍👦 🏳️‍🌈',
  'right-to-left text': 'שלום עולם مرحبا بالعالم',
  'control characters for direction': 'a\u202Eb\u2066c\u2069',
  'combining marks': 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
  SQL: `'; DROP TABLE goals; -- " $1 \\'`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is meant to look like one.
  'a shell command': '$(rm -rf /) `reboot` | cat; && ${HOME} %s %n',
  'a script': '<script>alert(1)</script> {{7*7}} ../../etc/passwd',
  'search syntax': `"a' & | ! ( ) :* <-> \\`,
  'a name of every object': 'constructor',
  'the prototype': '__proto__',
};

/** Text that PostgreSQL or Unicode refuses. */
export const brokenTexts: Record<string, string> = {
  NUL: 'a\0b',
  'half of a surrogate pair': 'a\ud83d b',
  'the other half': '\udc00',
};

/** What belongs in few fields or none. */
export const oddValues: Record<string, unknown> = {
  null: null,
  true: true,
  zero: 0,
  'a negative number': -1,
  'a fraction': 1.5,
  'a huge number': 1e308,
  'beyond safe integers': 2 ** 53,
  'a very negative number': -(2 ** 53),
  'an empty string': '',
  spaces: ' \t\n ',
  'a plain string': 'plain',
  'a long string': 'x'.repeat(100_000),
  'an empty list': [],
  'a list of null': [null],
  'a list in a list': [[[]]],
  'a huge list': Array.from({ length: 20_000 }, () => 'x'),
  'a huge list of objects': Array.from({ length: 5_000 }, () => ({ title: 'x' })),
  'an empty object': {},
  'an object': { a: 1 },
};

/** JSON for fields that take any. */
export const freeFormValues: Record<string, Record<string, unknown>> = {
  'keys of every object': { constructor: { prototype: { a: null } }, toString: 'x', hasOwnProperty: 1 },
  'odd keys': { '': 1, ' ': 2, 'a.b': 3, $ne: 4, 'ключ 🔑': 5, '0': 6 },
  numbers: { list: [0.1, -1.5, 1e-7, 1e21, 1e308, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER] },
  'nothing in many forms': { list: [null, '', [], {}, false, 0], inner: { empty: {}, none: null } },
  texts: { ...harmlessTexts },
};

/** Names that are lost on the way in many programs. */
export const refusedValues: Record<string, unknown> = {
  'a key __proto__': JSON.parse('{"__proto__":{"admin":true}}'),
  'a key __proto__ further in': JSON.parse('{"a":[{"__proto__":1}]}'),
  'a key with NUL': { 'a\0b': 1 },
  'a key with half of a surrogate pair': { '\ud83d': 1 },
};

export const nested = (depth: number): unknown => {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

/** Every field of the arguments, those inside lists and objects too; a schema that contains itself is entered once. */
export function fieldsOf(root: Schema): Field[] {
  const fields: Field[] = [];
  const visit = (given: Schema, path: Path, entered: readonly Schema[]): void => {
    const schema = resolve(given, root);
    if (path.length > 0) fields.push({ path, schema });
    if (entered.includes(schema)) return;
    const deeper = [...entered, schema];
    for (const [name, child] of Object.entries(schema.properties ?? {})) visit(child, [...path, name], deeper);
    if (schema.items) visit(schema.items, [...path, 0], deeper);
  };
  visit(root, [], []);
  return fields;
}

/** Paths of the objects with fixed fields, the arguments themselves first. */
export function objectsOf(root: Schema): Path[] {
  return [
    [],
    ...fieldsOf(root)
      .filter(({ schema }) => schema.properties !== undefined)
      .map(({ path }) => path),
  ];
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
}

/** JSON types a schema takes; none means any. */
export function typesOf(schema: Schema): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap(typesOf);
  return schema.type === undefined ? [] : [schema.type].flat();
}

/** True when no reading of the schema takes the value. */
export function isWrongType(schema: Schema, value: unknown): boolean {
  const types = typesOf(schema);
  return types.length > 0 && !types.some((type) => matches(type, value));
}

function matches(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

/** Arguments that make sense: what is required, a goal at the top, and whatever else the schema asks for. */
export function sensible(root: Schema, ids: Ids): Record<string, unknown> {
  const args = example(root, { root, ids, name: '' }) as Record<string, unknown>;
  return root.properties?.goal_id ? { ...args, goal_id: ids.goal } : args;
}

function example(given: Schema, at: { root: Schema; ids: Ids; name: string }): unknown {
  const schema = resolve(given, at.root);
  const [type] = typesOf(schema);
  if (type === 'array') return [example(schema.items ?? {}, at)];
  if (type === 'object') {
    const required = (schema.required ?? []).map((name) => [
      name,
      example(schema.properties?.[name] ?? {}, { ...at, name }),
    ]);
    return Object.fromEntries(required);
  }
  if (type === 'boolean') return false;
  if (type === 'integer' || type === 'number') return 1;
  if (/goal_id/.test(at.name)) return at.ids.goal;
  return /(^|_)ids?$/.test(at.name) ? at.ids.task : 'An example';
}

/** A copy of the arguments with one value put in; what is missing on the way is made up from the schema. */
export function withValue(
  args: object,
  path: Path,
  at: { value: unknown; root: Schema; ids: Ids },
): Record<string, unknown> {
  const copy = structuredClone(args) as Record<string, unknown>;
  let target: Record<string | number, unknown> = copy;
  let schema: Schema = at.root;
  for (const [index, key] of path.slice(0, -1).entries()) {
    schema = resolve((typeof key === 'number' ? schema.items : schema.properties?.[key]) ?? {}, at.root);
    const inner = target[key] ?? example(schema, { root: at.root, ids: at.ids, name: String(path[index]) });
    define(target, key, inner);
    target = inner as Record<string | number, unknown>;
  }
  define(target, path.at(-1) ?? '', at.value);
  return copy;
}

/** Sets an own property, also one named __proto__. */
function define(target: object, key: string | number, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** True when a value equal to `wanted` stands anywhere inside. */
export function contains(inside: unknown, wanted: unknown): boolean {
  if (canonical(inside) === canonical(wanted)) return true;
  return (
    typeof inside === 'object' && inside !== null && Object.values(inside).some((value) => contains(value, wanted))
  );
}

/** JSON with sorted keys: objects that are equal have equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
