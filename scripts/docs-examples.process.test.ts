import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { codeBlocks } from './markdown.ts';

const root = path.resolve(import.meta.dirname, '..');
const goals = path.join(root, 'packages/goals');

/** Examples name the file they would be: a `ts` block with a path behind. */
const examples = ['packages/core/README.md', ...readdirSync(path.join(root, 'docs')).map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => codeBlocks(readFileSync(path.join(root, file), 'utf8')))
  .filter(({ info: [language, place] }) => language === 'ts' && place !== undefined)
  .map(({ info: [, place = ''], body }) => ({ place: path.relative('packages/goals/src', place), body }));

/** A folder that the compiler sees as if it lay in the goal server's sources. */
function withSources() {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcp-examples-'));
  for (const { place, body } of examples) {
    mkdirSync(path.join(folder, path.dirname(place)), { recursive: true });
    writeFileSync(path.join(folder, place), body);
  }
  const zod = path.dirname(createRequire(path.join(goals, 'package.json')).resolve('zod/package.json'));
  const config = {
    extends: path.join(root, 'tsconfig.base.json'),
    compilerOptions: {
      composite: false,
      declaration: false,
      noEmit: true,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      rootDirs: [folder, path.join(goals, 'src')],
      typeRoots: [path.join(root, 'node_modules/@types')],
      paths: {
        '@mcp-servers/core': [path.join(root, 'packages/core/src/index.ts')],
        zod: [path.join(zod, 'index.d.ts')],
      },
    },
    files: examples.map(({ place }) => path.join(folder, place)),
  };
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('the examples of the documents have no type errors', async () => {
  expect(examples.length).toBeGreaterThan(2);
  using sources = withSources();
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const check = promisify(execFile)(process.execPath, [tsc, '--project', sources.folder], { cwd: root });
  const output = await check.then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  expect(output).toBe('');
});
