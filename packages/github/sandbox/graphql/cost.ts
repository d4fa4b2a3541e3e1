import type {
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValueNode,
} from 'graphql';

export interface Cost {
  /** Of the hourly limit. */
  readonly points: number;
  /** The most nodes that the answer can have. */
  readonly nodes: number;
}

type Variables = Readonly<Record<string, unknown>>;

/** What a query costs by the sizes of its connections. Source: GitHub's "Rate limits and query limits for the GraphQL API". */
export function costOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const part of document.definitions) {
    if ('typeCondition' in part) fragments.set(part.name.value, part);
  }
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue && 'value' in defaultValue ? Number(defaultValue.value) : undefined,
    ]),
  );
  const total = { nodes: 0, requests: 0 };
  walk(operation.selectionSet, 1);
  return { nodes: total.nodes, points: Math.max(1, Math.round(total.requests / 100)) };

  function walk(set: SelectionSetNode, times: number): void {
    for (const selection of set.selections) {
      if ('arguments' in selection) {
        const size = sizeOf(selection.arguments ?? []);
        if (size !== undefined) {
          total.requests += times;
          total.nodes += times * size;
        }
        if (selection.selectionSet) walk(selection.selectionSet, times * (size ?? 1));
      } else if ('selectionSet' in selection) walk(selection.selectionSet, times);
      else {
        const fragment = fragments.get((selection as { name: { value: string } }).name.value);
        if (fragment) walk(fragment.selectionSet, times);
      }
    }
  }

  function sizeOf(given: readonly { name: { value: string }; value: ValueNode }[]): number | undefined {
    const bound = given.find(({ name }) => name.value === 'first' || name.value === 'last')?.value;
    if (!bound) return undefined;
    if ('name' in bound) return Number(variables[bound.name.value] ?? defaults[bound.name.value] ?? 0);
    return 'value' in bound ? Number(bound.value) : undefined;
  }
}
