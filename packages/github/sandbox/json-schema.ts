export type Json = Record<string, unknown>;

interface Rules {
  /** Fields that the description does not list are problems. */
  readonly strict: boolean;
  readonly onReference: (name: string) => void;
  readonly schemas: Readonly<Record<string, Json>>;
}

const compositions = ['allOf', 'anyOf', 'oneOf'] as const;
const kept = new Set([
  ...['type', 'enum', 'format', 'pattern', 'required', 'minimum', 'maximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'default'],
]);

/** A schema of OpenAPI 3.0 as JSON Schema 2020-12: `nullable` and references rewritten; strict ones refuse fields that are not listed. */
export function toJsonSchema(schema: Json, rules: Rules, isMember = false): Json {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
    // A member of a composition may not be closed on its own, so it is not shared.
    const named = isMember && rules.strict ? rules.schemas[name] : undefined;
    if (named) return toJsonSchema(named, rules, true);
    rules.onReference(name);
    return { $ref: referenceId(name) };
  }
  const result: Json = {};
  for (const [key, value] of Object.entries(schema)) if (kept.has(key)) result[key] = value;
  if (isJson(schema.properties)) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [name, toJsonSchema(value as Json, rules)]),
    );
  }
  if (isJson(schema.items)) result.items = toJsonSchema(schema.items, rules);
  for (const key of compositions) {
    if (!Array.isArray(schema[key])) continue;
    // Alternatives of requests overlap ([] of texts and [] of objects); only those of required fields exclude each other.
    const name = key === 'oneOf' && !schema[key].every(isOnlyRequired) ? 'anyOf' : key;
    result[name] = schema[key].map((member: Json) => toJsonSchema(member, rules, true));
  }
  const { additionalProperties } = schema;
  if (isJson(additionalProperties)) result.additionalProperties = toJsonSchema(additionalProperties, rules);
  else if (typeof additionalProperties === 'boolean' && rules.strict)
    result.additionalProperties = additionalProperties;
  else if (rules.strict && !isMember && isClosed(schema)) result.unevaluatedProperties = false;
  return schema.nullable === true ? nullable(result) : result;
}

export const referenceId = (name: string): string => `schema:${name}`;
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOnlyRequired = (member: Json) => Object.keys(member).every((key) => key === 'required');
// An object without listed fields is a free one.
const isClosed = (schema: Json) =>
  compositions.some((key) => Array.isArray(schema[key])) ||
  (isJson(schema.properties) && Object.keys(schema.properties).length > 0);

function nullable(schema: Json): Json {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const values = schema.enum as unknown[] | undefined;
  return {
    ...schema,
    type: [schema.type, 'null'],
    ...(values && { enum: values.includes(null) ? values : [...values, null] }),
  };
}
