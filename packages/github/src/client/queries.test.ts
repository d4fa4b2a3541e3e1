import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schema as github } from '@octokit/graphql-schema';
import { buildSchema, Kind, parse, validate, visit } from 'graphql';
import { expect, test } from 'vitest';
import { additions } from '../../sandbox/graphql/additions.ts';
import type { Query } from './query.ts';

// The published SDL defines two fields twice, which says nothing about our queries.
const sdl = buildSchema(`${github.idl}\n${additions}`, { assumeValidSDL: true });
const queries = await shipped();

function isQuery(value: unknown): value is Query<unknown> {
  return typeof value === 'object' && value !== null && 'text' in value && 'names' in value && 'kind' in value;
}

/** Every operation that any file of this package exports. */
async function shipped(): Promise<Query<unknown>[]> {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(client|read|write)\b.*(?<!\.test|\.fixture)\.ts$/.test(file),
  );
  const found = new Map<string, Query<unknown>>();
  for (const file of files) {
    for (const value of Object.values(await import(/* @vite-ignore */ `${root}${file}`))) {
      if (isQuery(value)) found.set(`${file} ${value.name}`, value);
    }
  }
  return [...found.values()];
}

test('there are queries', () => {
  expect(queries.map(({ name }) => name)).toContain('Places');
});

test.each(queries.map((query) => [query.name, query] as const))(
  '%s is what the schema of GitHub allows',
  (_, query) => {
    expect(validate(sdl, parse(query.text)).map(({ message }) => message)).toEqual([]);
  },
);

test.each(queries.map((query) => [query.name, query] as const))(
  '%s declares what its variables name, and asks every repository it names for the name it has now',
  (_, { text, names, name }) => {
    const document = parse(text);
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    expect(operation.name?.value).toBe(name);
    const variables = operation.variableDefinitions?.map((one) => one.variable.name.value) ?? [];
    const declared = [
      ...(names.repositories ?? []).flat(),
      ...[names.nodes, names.searches, names.accounts].flatMap((paths) => paths ?? []),
    ];
    expect(declared.length > 0 || names.nothing).toBeTruthy();
    for (const path of declared) expect(variables).toContain(path.split('.')[0]);
    visit(document, {
      Field({ name: field, arguments: given, selectionSet }) {
        const byName = field.value === 'repository' && given?.some((argument) => argument.name.value === 'owner');
        const asked = selectionSet?.selections.map((one) => (one.kind === Kind.FIELD ? one.name.value : '')) ?? [];
        if (byName) expect(asked).toContain('nameWithOwner');
      },
    });
  },
);
