import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { needOf } from '../sandbox/needs.ts';
import { areas } from '../sandbox/routes/index.ts';
import { permissionTitle } from '../src/client/scopes.ts';

/** Routes that take any fine-grained token. */
const free =
  /^GET \/(user|rate_limit|search\/\w+|gists.*|users\/\{username\}(\/gists)?|orgs\/\{org\}|advisories\/\{ghsa_id\})$/;

const source = new URL('../src/', import.meta.url).pathname;
const served = areas.flatMap(({ routes }) => Object.keys(routes));

/** A route is written as octokit spells it, perhaps with a part that is filled in: `GET /search/${kind}`. */
function written(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(['"`])((?:GET|POST|PUT|PATCH|DELETE) \/[^'"`\s]*)\1/g)].map(([, , route = '']) => route);
}

function named(route: string): string[] {
  if (!route.includes('${')) return [route];
  const parts = route.split(/\$\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return served.filter((candidate) => new RegExp(`^${parts.join('[^ ]*')}$`).test(candidate));
}

const used = [
  ...new Set(
    ['read', 'write', 'tools']
      .flatMap((folder) =>
        readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(source, folder, name),
        ),
      )
      .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
      .flatMap(written)
      .flatMap(named),
  ),
].sort();

const docs = readFileSync(new URL('../../../docs/github.md', import.meta.url), 'utf8');
const section = docs.slice(docs.indexOf('### What a token needs'), docs.indexOf('## What is offered'));
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** 'Contents: read, or write to commit' names read and write; 'A, B: read' names it for both. */
const names = (title: string, access: string): boolean =>
  rows.some(([, , permissions = '']) =>
    permissions.split(/[;.]/).some((part) => {
      const [titles = '', accesses = ''] = part.split(':');
      return (
        titles.split(/, | or /).some((given) => given.trim() === title) && new RegExp(`\\b${access}\\b`).test(accesses)
      );
    }),
  );

test('the routes of the tools are found', () => {
  expect(used.length).toBeGreaterThan(80);
  expect(used).toContain('POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions');
  expect(used.filter((route) => !served.includes(route))).toEqual([]);
});

/** What the documentation does not say of a route; undefined when it says all. */
function untold(route: string): string | undefined {
  const { permissions, scopes } = needOf(route);
  const isTold = (scope: string) => rows.some(([, , , cell = '']) => cell.includes(`\`${scope}\``));
  if (scopes && !scopes.some(isTold)) return `${route}: one of the scopes ${scopes.join(', ')}`;
  if (!permissions) return section.includes('| `notifications` | not possible') ? undefined : `${route}: not possible`;
  if (permissions.length === 0)
    return free.test(route) ? undefined : `${route}: is in no line of the table of permissions`;
  const missing = permissions.map((set) => set.filter(({ name, access }) => !names(permissionTitle(name), access)));
  return missing.some((set) => set.length === 0) ? undefined : `${route}: ${JSON.stringify(missing)}`;
}

test('the documentation names a permission and a scope for every route of the tools', () => {
  expect(used.flatMap((route) => untold(route) ?? [])).toEqual([]);
});

test('a permission of GraphQL alone is named too', () => {
  for (const [title, access] of [
    ['Discussions', 'write'],
    [permissionTitle('organization_projects'), 'read'],
    [permissionTitle('checks'), 'read'],
    [permissionTitle('statuses'), 'read'],
  ] as const) {
    expect.soft(names(title, access), title).toBe(true);
  }
});
