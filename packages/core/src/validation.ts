import type * as z from 'zod';
import { ValidationError } from './errors.ts';
import { nearest } from './nearest.ts';

const maxDepth = 64;
const maxProblems = 10;

type Issue = z.core.$ZodIssue;

/**
 * Arguments of a tool call -> the schema's output, or one ValidationError that names every problem, the allowed values and
 * near names. Values are not echoed: they may be huge or secret.
 */
export function validateInput<S extends z.ZodObject>(schema: S, raw: unknown): z.output<S> {
  const value = raw ?? {};
  const unstorable = findUnstorable(value);
  if (unstorable) throw new ValidationError(`Invalid arguments: ${unstorable}`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => describe(issue, schema));
  const shown = problems.slice(0, maxProblems).map((problem) => `- ${problem}`);
  if (problems.length > maxProblems) shown.push(`- and ${problems.length - maxProblems} more`);
  throw new ValidationError(`Invalid arguments:\n${shown.join('\n')}`);
}

function describe(issue: Issue, schema: z.ZodObject): string[] {
  const at = toPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const object = schemaAt(schema, issue.path);
    return issue.keys
      .slice(0, maxProblems)
      .map((key) => `${at ? `${at}: ` : ''}unknown field "${clip(key)}".${adviceFor(key, object)}`);
  }
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().map((nested) => nested.message);
    return [`${at || 'arguments'}: ${inner.length > 0 ? [...new Set(inner)].join(' or ') : issue.message}`];
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [`${at || 'arguments'}: required (${issue.expected}).`];
  const fields =
    issue.code === 'invalid_type' && issue.expected === 'object' ? fieldsOf(schemaAt(schema, issue.path)) : [];
  return [`${at || 'arguments'}: ${issue.message}${fields.length > 0 ? `, with ${fields.join(', ')}` : ''}`];
}

/** Where an unknown field belongs, what it is called, or what there is. */
function adviceFor(key: string, object: z.core.$ZodType | undefined): string {
  const shape = object ? (inside(object).shape ?? {}) : {};
  const home = Object.keys(shape).find((name) => fieldsOf(shape[name] && held(shape[name])).includes(key));
  if (home !== undefined) return ` It goes into ${home}.`;
  const valid = Object.keys(shape);
  const near = nearest(key, valid);
  if (near.length > 0) return ` Did you mean ${near.join(' or ')}?`;
  return valid.length > 0 ? ` Valid: ${valid.join(', ')}.` : '';
}

/** The schema of a place of the input without its wrappers; undefined where the input's schema does not reach. */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  const bare = unwrapped(schema);
  const [part, ...rest] = path;
  if (part === undefined) return bare;
  const inner = inside(bare).element ?? inside(bare).shape?.[String(part)];
  return inner && schemaAt(inner, rest);
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType, in: input } = inside(schema);
  const inner = innerType ?? input;
  return inner ? unwrapped(inner) : schema;
}

/** What a list holds, or the schema itself. */
function held(schema: z.core.$ZodType): z.core.$ZodType {
  const bare = unwrapped(schema);
  const { element } = inside(bare);
  return element ? unwrapped(element) : bare;
}

const fieldsOf = (schema: z.core.$ZodType | undefined): string[] =>
  schema ? Object.keys(inside(schema).shape ?? {}) : [];

const inside = (schema: z.core.$ZodType): Inside => (schema._zod as unknown as { def: Inside }).def;

/** Where zod's wrappers (optional, default, pipe) and containers keep what they hold. */
interface Inside {
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  element?: z.core.$ZodType;
  shape?: Record<string, z.core.$ZodType>;
}

function toPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${clip(String(part))}`))
    .join('');
}

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/**
 * PostgreSQL can store neither NUL nor half of a surrogate pair, JSON no infinity (which 1e999 is read as), zod drops a key
 * `__proto__` without a word, and nesting without end exhausts every reader: one walk without recursion finds them wherever they are. Returns the sentence that says where, or undefined.
 */
function findUnstorable(root: unknown): string | undefined {
  const stack: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { value, path, depth } = entry;
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) return `${path}: nested deeper than ${maxDepth} levels.`;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      const keyFault = typeof key === 'string' ? nameFault(key) : undefined;
      if (keyFault) return `${path || 'arguments'}: a key ${keyFault}`;
      const child: unknown = (value as Record<number | string, unknown>)[key];
      // Only what needs a second look gets a path and an entry: a list of a million numbers must not.
      const fault = valueFault(child);
      if (fault === undefined && (typeof child !== 'object' || child === null)) continue;
      const childPath = clip(typeof key === 'number' ? `${path}[${key}]` : `${path}${path ? '.' : ''}${key}`);
      if (fault) return `${childPath}: ${fault}`;
      stack.push({ value: child, path: childPath, depth: depth + 1 });
    }
  }
  return undefined;
}

function nameFault(key: string): string | undefined {
  return key === '__proto__' ? 'is named __proto__, which is not kept. Rename it.' : textFault(key);
}

function valueFault(value: unknown): string | undefined {
  if (typeof value === 'string') return textFault(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is a number too large to be kept.';
  return undefined;
}

function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'contains a NUL character, which cannot be stored. Remove it.';
  if (!text.isWellFormed()) return 'contains half of a surrogate pair (broken Unicode). Send whole characters.';
  return undefined;
}
