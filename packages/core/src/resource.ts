import type * as z from 'zod';
import type { Completion } from './completion.ts';
import type { Call } from './tool.ts';

/** One entry of `resources/list`. */
export interface ResourceEntry {
  readonly uri: string;
  /** What people choose by: an id with its title. */
  readonly title: string;
  readonly lastModified?: Date;
}

/**
 * A family of documents with one form of address, such as `goal://{id}`: data and methods. `read` returns the text or throws an
 * AppError; everything that is true of every resource is done around it.
 */
export interface Resource<Variables extends z.ZodObject, Deps> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Each `{name}` stands for one part of the address, without `/`, `?` and `#`; the rest is compared ignoring case. */
  readonly uri: string;
  readonly mimeType: string;
  /** Tools that must be offered for this to be: a selection that withholds them withholds this. */
  readonly needs?: readonly string[];
  /** The variables of `uri`; an address whose parts do not fit is that of nothing. */
  readonly variables: Variables;
  /** At most `call.maxChars` characters; what does not fit is left out whole, and counted. */
  read(variables: z.output<Variables>, deps: Deps, call: Call): Promise<string>;
  /** Values that a variable may have. */
  complete?(asked: { variable: string; prefix: string }, deps: Deps, call: Call): Promise<Completion>;
  /** The entries people most likely want now, a page at a time. */
  list?(
    page: { cursor: string | undefined },
    deps: Deps,
    call: Call,
  ): Promise<{ entries: ResourceEntry[]; next?: string }>;
}

export type AnyResource<Deps> = Resource<z.ZodObject, Deps>;

/** Identity at run time; checks the types of variables and dependencies where the resource is written. */
export function defineResource<Variables extends z.ZodObject, Deps>(
  resource: Resource<Variables, Deps>,
): Resource<Variables, Deps> {
  return resource;
}

/**
 * The decoded variables of an address of this form, or undefined. Clients write scheme and authority as they like, and some add a
 * slash at the end.
 */
export function matchUri(template: string, uri: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template.replace(/\{(\w+)\}|[^\w]/g, (part, name: string | undefined) => {
    if (name === undefined) return `\\${part}`;
    names.push(name);
    return '([^/?#]+)';
  });
  const found = new RegExp(`^${pattern}/?$`, 'i').exec(uri);
  if (!found) return undefined;
  try {
    return Object.fromEntries(names.map((name, place) => [name, decodeURIComponent(found[place + 1] ?? '')]));
  } catch {
    return undefined; // A percent sign without its two digits: the address of nothing.
  }
}
