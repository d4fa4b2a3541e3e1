import type { WorkflowInput } from '../model/workflow-file.ts';

/** What is wrong with the inputs of a dispatch, in GitHub's words; undefined where nothing is. */
export function badInputs(
  known: readonly WorkflowInput[],
  given: Readonly<Record<string, unknown>>,
): string | undefined {
  const unexpected = Object.keys(given).filter((name) => !known.some((input) => input.name === name));
  if (unexpected.length > 0) return `Unexpected inputs provided: ${JSON.stringify(unexpected)}`;
  if (Object.keys(given).length > 25) return 'Too many inputs provided (maximum is 25)';
  for (const { name, required, type, options, ...input } of known) {
    const value = given[name] === undefined ? input.default : String(given[name]);
    if (required && (value === undefined || value === '')) return `Required input '${name}' not provided`;
    if (value === undefined || given[name] === undefined) continue;
    if (type === 'choice' && !options.includes(value)) {
      return `Provided value '${value}' for input '${name}' not in the list of allowed values`;
    }
    if (type === 'boolean' && !['true', 'false'].includes(value)) return `Input '${name}' must be a boolean`;
    if (type === 'number' && Number.isNaN(Number(value))) return `Input '${name}' must be a number`;
  }
  return undefined;
}
