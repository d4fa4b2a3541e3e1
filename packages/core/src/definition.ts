import * as z from 'zod';

/** The parts of JSON Schema that tools use. */
export interface Schema {
  type?: string | string[];
  enum?: string[];
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: unknown;
  description?: string;
  default?: unknown;
  anyOf?: Schema[];
  /** Says in place of the fields where they are described: the same field of another tool. */
  like?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** zod -> JSON Schema with every bound, for documents; what clients receive is `toAdvertised`. */
export function toDefinition(schema: z.ZodObject, io: 'input' | 'output' = 'input'): Schema {
  const { $schema: _, ...definition } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return definition as Schema;
}

/**
 * zod -> the JSON Schema that clients receive. Every token of it is paid for in every session, so it says what is needed to write a
 * call: names, types, values, defaults. Bounds are left to the boundary, whose errors name them, and the objects of a list are one
 * line of text: `title, ref?, tags?[], estimate_minutes?: int`.
 */
export function toAdvertised(schema: z.ZodObject): Schema {
  const full = toDefinition(schema);
  return {
    type: 'object',
    properties: mapValues(full.properties ?? {}, (field) => toField(field, full)),
    ...(full.required && { required: full.required }),
    additionalProperties: false,
  };
}

function toField(field: Schema, root: Schema): Schema {
  const { type, enum: values, items, description, default: initial, like, properties, required } = plain(field, root);
  const entry = items && plain(items, root);
  const line = like ? `like ${like}` : fieldsOf(entry ?? { properties, required }, root);
  const about = [description, line].filter(Boolean).join('. ');
  return {
    ...(type !== undefined && { type }),
    ...(values && { enum: values }),
    ...(entry && { items: line === '' ? toField(entry, root) : { type: 'object' } }),
    // That a switch is off and a list or object empty when it is not given needs no word.
    ...(saysSomething(initial) && { default: initial }),
    ...(about !== '' && { description: about }),
  };
}

/** References followed, `anyOf` with null as a list of types. */
function plain(schema: Schema, root: Schema): Schema {
  const { $ref, anyOf, ...rest } = schema;
  if ($ref) return { ...plain(root.$defs?.[$ref.slice('#/$defs/'.length)] ?? {}, root), ...rest };
  const [value, nothing] = anyOf ?? [];
  if (!value || nothing?.type !== 'null') return schema;
  const { type, ...inner } = plain(value, root);
  return { ...inner, ...rest, ...(type !== undefined && { type: [type, 'null'].flat() }) };
}

/** The fields of an object in one line, `?` at those that may be left out where not all may; '' for an object that may hold anything. */
function fieldsOf({ properties = {}, required = [] }: Pick<Schema, 'properties' | 'required'>, root: Schema): string {
  const fields = Object.entries(properties).map(([name, field]) => {
    const { type, enum: values, items, description } = plain(field, root);
    const mark = required.length === 0 || required.includes(name) ? '' : '?';
    const kinds = values ?? items?.enum ?? [items ? 'string' : (type ?? 'any')].flat().filter((one) => one !== 'null');
    const kind = kinds.map((one) => short[one] ?? one).join('|');
    return `${name}${mark}${items ? '[]' : ''}${kind === 'string' ? '' : `: ${kind}`}${description ? ` (${description})` : ''}`;
  });
  return fields.join(', ');
}

const short: Record<string, string> = { integer: 'int', boolean: 'bool' };

const saysSomething = (initial: unknown): boolean =>
  typeof initial === 'object' && initial !== null
    ? Object.keys(initial).length > 0
    : initial !== undefined && initial !== false;

const mapValues = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
