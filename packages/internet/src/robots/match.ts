import { normalisePath, type Rule } from './parse.ts';

/** The rule that decides about a path with its query: the longest that matches, Allow before Disallow; undefined means allowed. */
export function decide(rules: readonly Rule[], path: string): Rule | undefined {
  // In a path they are only characters; a pattern writes those as codes.
  const plain = normalisePath(path).replaceAll('*', '%2A').replaceAll('$', '%24');
  let best: Rule | undefined;
  for (const rule of rules) {
    const length = best?.pattern.length ?? -1;
    const stronger = rule.pattern.length > length || (rule.pattern.length === length && rule.allow && !best?.allow);
    if (stronger && matches(rule.pattern, plain)) best = rule;
  }
  return best;
}

/** True if the pattern matches a beginning of the path. Takes the leftmost place for each part, so it never goes back over the path. */
export function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith('$');
  const parts = (anchored ? pattern.slice(0, -1) : pattern).split('*');
  const [first = '', ...rest] = parts;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  if (rest.length === 0) return !anchored || at === path.length;
  const last = anchored ? rest.pop() : undefined;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return last === undefined || (path.endsWith(last) && path.length - last.length >= at);
}
