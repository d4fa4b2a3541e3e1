import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { CheckedRequest, Match, Operation, Parameter, RequestBody } from './description.ts';
import { isJson, type Json, referenceId, toJsonSchema } from './json-schema.ts';

interface Compiler {
  compile(schema: Json): ValidateFunction;
}

export interface Validators {
  checkRequest(match: Match, query: URLSearchParams, body: RequestBody): CheckedRequest;
  checkResponse(operation: Operation, answer: { status: number; mediaType: string; body: unknown }): readonly string[];
}

/** Compiles what is asked for once; the schemas are those that references name. */
export function createValidators(schemas: Readonly<Record<string, Json>>): Validators {
  const strict = createCompiler(schemas, { strict: true, coerce: false });
  const coercing = createCompiler(schemas, { strict: true, coerce: true });
  const loose = createCompiler(schemas, { strict: false, coerce: false });
  const compiled = new Map<string, ValidateFunction>();
  const compile = (key: string, compiler: Compiler, schema: () => Json) => {
    const known = compiled.get(key);
    if (known) return known;
    const made = compiler.compile(schema());
    compiled.set(key, made);
    return made;
  };

  function checkParameter(operation: Operation, parameter: Parameter, given: unknown) {
    const validate = compile(`${operation.route} ${parameter.in} ${parameter.name}`, coercing, () => ({
      type: 'object',
      properties: { value: parameter.schema },
    }));
    const holder = { value: given };
    const problems = validate(holder) ? [] : describe(validate, `${parameter.in} ${parameter.name}`, '/value');
    return { value: holder.value, problems };
  }

  return {
    checkRequest({ operation, params }, query, body) {
      const problems: string[] = [];
      const values: Record<string, unknown> = {};
      const known = new Map(operation.parameters.map((entry) => [`${entry.in} ${entry.name}`, entry]));
      for (const [name, value] of Object.entries(params)) {
        const parameter = known.get(`path ${name}`);
        if (parameter) problems.push(...checkParameter(operation, parameter, value).problems);
      }
      for (const name of new Set(query.keys())) {
        const parameter = known.get(`query ${name}`);
        if (!parameter) {
          problems.push(`query ${name}: not a parameter of ${operation.route}`);
          continue;
        }
        const checked = checkParameter(operation, parameter, fromQuery(parameter.schema, query.getAll(name)));
        values[name] = checked.value;
        problems.push(...checked.problems);
      }
      for (const parameter of known.values()) {
        if (parameter.in === 'query' && parameter.required && !query.has(parameter.name)) {
          problems.push(`query ${parameter.name}: required`);
        }
      }
      problems.push(...checkBody(operation, body));
      return { problems, query: values };
    },

    checkResponse(operation, { status, mediaType, body }) {
      const response = operation.responses[String(status)];
      if (!response) return [`status ${status} is not among ${Object.keys(operation.responses).join(', ')}`];
      const content = response.content as Record<string, { schema?: Json }> | undefined;
      const schema = (content?.[mediaType] ?? content?.['application/json'])?.schema;
      if (!schema || (content?.[mediaType] === undefined && mediaType !== 'application/json')) return [];
      const validate = compile(`${operation.route} answer ${status} ${mediaType}`, loose, () => schema);
      return validate(body) ? [] : describe(validate, 'answer', '');
    },
  };

  function checkBody(operation: Operation, body: RequestBody): string[] {
    // An empty object is what clients send for "nothing".
    const isEmpty = body.value === undefined || (isJson(body.value) && Object.keys(body.value).length === 0);
    if (!operation.body) return isEmpty ? [] : [`body: ${operation.route} takes none`];
    if (body.value === undefined) return operation.body.required ? ['body: required'] : [];
    const content = operation.body.content[body.mediaType] ?? operation.body.content['application/octet-stream'];
    if (!content) return [`body: ${body.mediaType || 'no content type'} is not accepted by ${operation.route}`];
    const { schema } = content;
    if (!schema || body.mediaType !== 'application/json') return [];
    const validate = compile(`${operation.route} body`, strict, () => corrected(operation, schema));
    return validate(body.value) ? [] : describe(validate, 'body', '');
  }
}

function createCompiler(
  schemas: Readonly<Record<string, Json>>,
  rules: { strict: boolean; coerce: boolean },
): Compiler {
  const ajv = new Ajv2020({
    strict: false,
    logger: false,
    allErrors: true,
    validateFormats: true,
    coerceTypes: rules.coerce,
    addUsedSchema: false,
  });
  formats.default(ajv);
  const added = new Set<string>();
  const convert = (schema: Json): Json => toJsonSchema(schema, { strict: rules.strict, onReference, schemas });
  function onReference(name: string): void {
    if (added.has(name)) return;
    added.add(name);
    const schema = schemas[name];
    if (schema) ajv.addSchema(convert(schema), referenceId(name));
  }
  return { compile: (schema) => ajv.compile(convert(schema)) };
}

function corrected(operation: Operation, schema: Json): Json {
  const fields = operation.corrections.map(({ body }) => body);
  return { ...schema, properties: Object.assign({}, schema.properties, ...fields) };
}

/** Lists are repeated or comma-separated. */
function fromQuery(schema: Json, values: readonly string[]): unknown {
  if (schema.type === 'array') return values.flatMap((value) => value.split(','));
  return values.length === 1 ? values[0] : values;
}

function describe(validate: ValidateFunction, where: string, strip: string): string[] {
  const errors = (validate.errors ?? []).map((error) => {
    const at = error.instancePath.replace(strip, '');
    const extra = error.params.additionalProperty ?? error.params.unevaluatedProperty;
    const allowed = error.params.allowedValues as unknown[] | undefined;
    const detail = extra ? `${String(extra)} is not a field of it` : (error.message ?? error.keyword);
    return `${where}${at}: ${detail}${allowed ? ` (${allowed.join(', ')})` : ''}`;
  });
  return [...new Set(errors)];
}
