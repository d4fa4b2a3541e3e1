import { ValidationError } from '@mcp-servers/core';
import { Metadata } from '../items/fields.ts';

const maxTags = 50;

/** Adds and removes ignoring case; a tag that is there keeps its spelling. */
export function mergeTags(
  current: readonly string[],
  patch: { add_tags?: string[] | undefined; remove_tags?: string[] | undefined },
): string[] {
  const tags = new Map(current.map((tag) => [tag.toLowerCase(), tag]));
  for (const tag of patch.remove_tags ?? []) tags.delete(tag.toLowerCase());
  for (const tag of patch.add_tags ?? []) if (!tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  if (tags.size > maxTags)
    throw new ValidationError(`An item has at most ${maxTags} tags; this would make ${tags.size}.`);
  return [...tags.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
}

/** Keys of the patch replace those of the object; null removes one (as in RFC 7396, at the first level). */
export function mergeMetadata(
  current: Record<string, unknown>,
  patch: Record<string, unknown> | undefined,
): Record<string, unknown> {
  if (!patch) return current;
  const merged = Object.fromEntries(Object.entries({ ...current, ...patch }).filter(([key]) => patch[key] !== null));
  const checked = Metadata.safeParse(merged);
  if (!checked.success)
    throw new ValidationError(
      `metadata, merged with what is stored, ${checked.error.issues[0]?.message ?? 'is too large.'}`,
    );
  return merged;
}
