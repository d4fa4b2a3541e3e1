import { ValidationError } from '../errors.ts';

/** A path made by `pathOf`: no parameter can have changed its shape. */
export type UpstreamPath = string & { readonly upstreamPath: true };

/** One segment, or several that are joined by slashes, such as the parts of a file's path. */
export type PathPart = string | number | readonly string[];

/**
 * `` pathOf`/repos/${owner}/${repo}/contents/${file.split('/')}` ``: each value becomes one encoded segment, each array as many as it
 * has. Throws ValidationError for a value that is empty, "." or "..", or has such a part between slashes: servers that decode before
 * they split would go up.
 */
export function pathOf(literals: TemplateStringsArray, ...values: readonly PathPart[]): UpstreamPath {
  if (/[?#]/.test(literals.join(''))) throw new Error('A path has no query and no fragment: pass `query`.');
  const path = literals.reduce((done, literal, n) => done + toSegments(values[n - 1]) + literal);
  if (!path.startsWith('/')) throw new Error('A path starts with "/".');
  if (path.split('/').some(isDots)) throw refusal(path);
  return path as UpstreamPath;
}

function toSegments(value: PathPart | undefined): string {
  const parts: readonly string[] = typeof value === 'object' ? value : [String(value ?? '')];
  if (parts.length === 0) throw refusal('');
  return parts.map(toSegment).join('/');
}

function toSegment(text: string): string {
  if (text === '' || text.split(/[/\\]/).some(isDots)) throw refusal(text);
  // A lone surrogate has no encoding.
  if (!text.isWellFormed()) throw refusal(text);
  return encodeURIComponent(text);
}

const isDots = (segment: string): boolean => segment === '.' || segment === '..';

function refusal(text: string): ValidationError {
  return new ValidationError(`${JSON.stringify(text.slice(0, 100))} cannot be part of an address.`, {
    hint: 'Give a name that is not empty, "." or "..".',
  });
}
