import type {
  GraphQLFieldResolver,
  GraphQLInputField,
  GraphQLInputType,
  GraphQLObjectType,
  GraphQLResolveInfo,
} from 'graphql';
import type { Context, Field } from './context.ts';
import { FieldRefusal } from './errors.ts';

type Source = Readonly<Record<string, unknown>>;

/** Fields of views; what a view lacks, and arguments that nobody looked at, are errors and problems of the request. */
// biome-ignore lint/complexity/useMaxParams: the signature is that of graphql-js
export const strictField: GraphQLFieldResolver<Source | undefined, Context> = (source, args, g, info) => {
  const name = `${info.parentType.name}.${info.fieldName}`;
  const fault = g.fault(name);
  if (fault) throw fault;
  if (!source || !Object.hasOwn(source, info.fieldName)) throw unanswered(g, name);
  refuseMisspelled(source, info.parentType);
  const value = source[info.fieldName];
  const seen = tracked(args);
  const checked = (result: unknown) => {
    const ignored = seen.unread().filter((path) => isGiven(info, args, path));
    if (ignored.length > 0) throw unanswered(g, `${name}(${ignored.join(', ')})`);
    return result;
  };
  const result = typeof value === 'function' ? (value as Field)(seen.value, g, info) : value;
  return result instanceof Promise ? result.then(checked) : checked(result);
};

function unanswered(g: Context, name: string): FieldRefusal {
  const text = `The sandbox's GraphQL does not answer ${name}`;
  g.problem(text);
  return new FieldRefusal('NOT_IMPLEMENTED', text);
}

/** Views are written by hand: one with a field that the type does not have is a defect of the sandbox. */
function refuseMisspelled(source: Source, type: GraphQLObjectType): void {
  const fields = type.getFields();
  const odd = Object.keys(source).filter((key) => key !== '__typename' && !Object.hasOwn(fields, key));
  if (odd.length > 0) throw new Error(`${type.name} has no ${odd.join(', ')}`);
}

interface Tracked {
  readonly value: Record<string, unknown>;
  unread(): string[];
}

/** Arguments that know which of them were read. */
function tracked(given: Readonly<Record<string, unknown>>): Tracked {
  const inner = new Map<string, Tracked>();
  const read = new Set<string>();
  for (const [key, value] of Object.entries(given)) {
    if (isRecord(value)) inner.set(key, tracked(value));
  }
  const value = new Proxy(given as Record<string, unknown>, {
    get(target, key) {
      read.add(String(key));
      return inner.get(String(key))?.value ?? target[String(key)];
    },
  });
  return {
    value,
    unread: () =>
      Object.keys(given).flatMap((key) => {
        if (!read.has(key)) return [key];
        return (
          inner
            .get(key)
            ?.unread()
            .map((path) => `${key}.${path}`) ?? []
        );
      }),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;

/** Defaults of the schema are not asked for, be they of an argument or of a field in it. */
function isGiven(info: GraphQLResolveInfo, args: Readonly<Record<string, unknown>>, path: string): boolean {
  const [name = '', ...inner] = path.split('.');
  const argument = info.fieldNodes[0]?.arguments?.find((node) => node.name.value === name);
  if (!argument) return false;
  const isSet = !('name' in argument.value) || Object.hasOwn(info.variableValues, argument.value.name.value);
  let input: Input | undefined = info.parentType.getFields()[info.fieldName]?.args.find((one) => one.name === name);
  let value = args[name];
  for (const key of inner) {
    input = fieldsOf(input?.type)[key];
    value = isRecord(value) ? value[key] : undefined;
  }
  return isSet && !(inner.length > 0 && value === input?.defaultValue);
}

type Input = Pick<GraphQLInputField, 'type' | 'defaultValue'>;

/** Of an input object, also where it must not be null. */
function fieldsOf(type: GraphQLInputType | undefined): Readonly<Record<string, Input>> {
  if (!type) return {};
  if ('ofType' in type) return fieldsOf(type.ofType);
  return 'getFields' in type ? type.getFields() : {};
}
