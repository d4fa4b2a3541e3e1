import { ValidationError } from './errors.ts';
import type { AnyTool } from './tool.ts';

export interface ToolSelection {
  /** Removes every tool whose effect is not `read`; wins over the rest. */
  readOnly?: boolean | undefined;
  /** Names of toolsets; `all` and absence mean every tool. */
  toolsets?: readonly string[] | undefined;
  /** Names of single tools, added to the toolsets; alone, only these. */
  tools?: readonly string[] | undefined;
  /** The toolset that is offered when neither toolsets nor tools are chosen; without it that is every tool. */
  defaultToolset?: string | undefined;
  /** False leaves out every tool whose effect is `destroy`, even one that was chosen by name. */
  allowDestroy?: boolean | undefined;
}

/**
 * The tools a server offers, fixed at start-up: MCP lists may not vary per connection.
 * Unknown names stop the start with the list of valid ones.
 */
export function selectTools<Deps>(all: readonly AnyTool<Deps>[], selection: ToolSelection): AnyTool<Deps>[] {
  const toolsets = new Set(all.flatMap((tool) => tool.toolsets ?? []));
  refuseUnknown('toolset', selection.toolsets, ['all', ...toolsets]);
  refuseUnknown(
    'tool',
    selection.tools,
    all.map((tool) => tool.name),
  );
  const undecided = !selection.toolsets?.length && !selection.tools?.length;
  const chosen = undecided ? [selection.defaultToolset ?? 'all'] : (selection.toolsets ?? []);
  const wanted = (tool: AnyTool<Deps>): boolean => {
    if (selection.tools?.includes(tool.name)) return true;
    return chosen.some((name) => name === 'all' || tool.toolsets?.includes(name));
  };
  const permitted = ({ effect }: AnyTool<Deps>): boolean =>
    effect === 'read' || (!selection.readOnly && (effect !== 'destroy' || selection.allowDestroy !== false));
  return all.filter((tool) => wanted(tool) && permitted(tool));
}

/** Resources or prompts of which every tool they need is offered. */
export function selectBy<T extends { readonly needs?: readonly string[] }>(
  tools: readonly { readonly name: string }[],
  all: readonly T[],
): T[] {
  const offered = new Set(tools.map(({ name }) => name));
  return all.filter(({ needs = [] }) => needs.every((name) => offered.has(name)));
}

function refuseUnknown(kind: string, names: readonly string[] | undefined, valid: readonly string[]): void {
  const unknown = names?.filter((name) => !valid.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new ValidationError(`Unknown ${kind}: ${unknown.join(', ')}. Valid: ${valid.join(', ')}.`);
  }
}
