import * as z from 'zod';

export const Status = z.enum(['pending', 'in_progress', 'completed', 'cancelled']);
export type Status = z.infer<typeof Status>;

export const Priority = z.enum(['low', 'medium', 'high', 'critical']);
export type Priority = z.infer<typeof Priority>;

export const NoteKind = z.enum(['note', 'decision', 'blocker', 'handoff', 'progress']);
export type NoteKind = z.infer<typeof NoteKind>;

export const LinkType = z.enum(['blocks', 'related', 'discovered_from', 'duplicates']);
export type LinkType = z.infer<typeof LinkType>;

const openStatuses: readonly Status[] = ['pending', 'in_progress'];
export const isOpen = (status: Status): boolean => openStatuses.includes(status);

/** A code point has at most two units, so that counting is needed only in between, and never for a text without end. */
const isWithin = (value: string, max: number): boolean =>
  value.length <= max || (value.length <= 2 * max && [...value].length <= max);

/** Lengths are in characters as PostgreSQL counts them (code points), after trimming. */
const text = (name: string, max: number) =>
  z
    .string()
    .meta({ minLength: 1, maxLength: max })
    .transform((value, context) => {
      const trimmed = value.trim();
      if (trimmed !== '' && isWithin(trimmed, max)) return trimmed;
      const has = trimmed.length > 100_000 ? `over ${Math.floor(trimmed.length / 2)}` : [...trimmed].length;
      context.addIssue({
        code: 'custom',
        message: `${name} must be 1-${max} characters after trimming (this has ${has}).`,
      });
      return z.NEVER;
    });

export const Title = text('title', 200);
export const Project = text('project', 64);
export const Person = text('a name', 100);
export const Tag = text('a tag', 64);
export const ExternalRef = text('external_ref', 300);

/** Kept byte for byte; only its length is bounded. */
const longText = (max: number) =>
  z
    .string()
    .meta({ maxLength: max })
    .refine((value) => isWithin(value, max), { message: `must be at most ${max} characters.` });

export const Description = longText(20_000);
export const Body = longText(20_000).refine((value) => value.trim() !== '', { message: 'must not be empty.' });

/** Unique ignoring case, the first spelling wins. */
export const Tags = z
  .array(Tag)
  .max(50)
  .transform((tags) => [...new Map(tags.toReversed().map((tag) => [tag.toLowerCase(), tag])).values()].toReversed());

const maxJsonBytes = 64 * 1024;
const maxJsonDepth = 8;

function jsonDepth(value: unknown): number {
  let level = [value];
  for (let depth = 0; ; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0 || depth > maxJsonDepth) return depth;
  }
}

/** JSON as JSON, never inside a string. */
const bounded = (value: unknown): boolean =>
  jsonDepth(value) <= maxJsonDepth && Buffer.byteLength(JSON.stringify(value)) <= maxJsonBytes;
const boundsMessage = `must be at most ${maxJsonBytes / 1024} KB and ${maxJsonDepth} levels deep.`;

export const Metadata = z.record(z.string(), z.unknown()).refine(bounded, { message: boundsMessage });
export const Json = z.unknown().refine((value) => value === undefined || bounded(value), { message: boundsMessage });

export const Acceptance = z.array(z.string().trim().min(1).max(500)).max(50);
export const Minutes = z.int().min(1).max(525_600);
export const Percent = z.int().min(0).max(100);
export const Position = z.int().min(-1_000_000_000).max(1_000_000_000);

/** Accepts `2026-03-01` or a date and time with offset; stored as an instant. */
export const When = z.string().transform((value, context) => {
  const valid = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(value);
  const time = valid ? Date.parse(value) : Number.NaN;
  const sameDay = valid && isCalendarDay(value.slice(0, 10));
  const iso = Number.isNaN(time) ? '' : new Date(time).toISOString();
  // Years outside 1-9999 are written in a way that PostgreSQL does not read.
  if (sameDay && /^\d{4}-/.test(iso) && !iso.startsWith('0000')) return iso;
  context.addIssue({ code: 'custom', message: 'must be a date like 2026-03-01 or a time like 2026-03-01T14:00:00Z.' });
  return z.NEVER;
});

export const IdempotencyKey = z.string().min(1).max(200);
export const Version = z.int().min(1).max(1_000_000_000);

/** Date.parse takes 2026-02-30 for the second of March; a person who writes it made a mistake. */
function isCalendarDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}
