import type { FileContent } from './model/commits.ts';

/** A picture of one pixel. */
export const pixel: Buffer = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const shapes = ['circle', 'square', 'triangle', 'hexagon', 'ellipse', 'star'];

/** The code of acme/engine: enough to search, to diff and to page through. */
export const engineFiles: Readonly<Record<string, FileContent>> = {
  'README.md':
    "# Engine\n\nDraws shapes, quickly.\n\n## Use\n\n```ts\nimport { render } from './src/render.ts';\nrender('circle');\n```\n",
  LICENSE: 'MIT License\n\nCopyright (c) 2026 Acme\n',
  '.gitignore': 'node_modules\ndist\n',
  'package.json': '{\n  "name": "engine",\n  "version": "1.2.0",\n  "type": "module"\n}\n',
  'src/render.ts':
    "import { shapes } from './shapes/index.ts';\n\nexport type Result<T> = Promise<T>;\n\nexport function render(name: string): string {\n  const shape = shapes.get(name);\n  if (!shape) throw new Error(name);\n  return shape.draw();\n}\n",
  'src/cache.ts':
    'const entries = new Map<string, string>();\n\nexport function remember(key: string, value: string): void {\n  entries.set(key, value);\n}\n\n// Old entries stay for ever.\nexport function recall(key: string): string | undefined {\n  return entries.get(key);\n}\n',
  'src/shapes/index.ts': `${shapes.map((name) => `import { ${name} } from './${name}.ts';`).join('\n')}\n\nexport const shapes = new Map([${shapes.map((name) => `['${name}', ${name}]`).join(', ')}]);\n`,
  ...Object.fromEntries(
    shapes.map((name) => [
      `src/shapes/${name}.ts`,
      `/** Draws a ${name}. */\nexport const ${name} = {\n  name: '${name}',\n  draw: () => '<${name}>',\n};\n`,
    ]),
  ),
  'src/legacy/parser.js': `${lines(120, (index) => `exports.rule${index} = (text) => text.split('${index}');`)}\n`,
  'scripts/build.sh': { mode: '100755', content: '#!/bin/sh\nset -e\nnode src/build.js\n' },
  'test/render.test.ts':
    "import { render } from '../src/render.ts';\n\nif (render('circle') !== '<circle>') throw new Error('circle');\n",
  'docs/guide.md': `# Guide\n\n${lines(80, (index) => `Step ${index + 1}: draw, look, repeat.`)}\n`,
  'docs/latest.md': { mode: '120000', content: 'guide.md' },
  'docs/README.md': '# Documents\n',
  'docs/logo.png': pixel,
  'docs/übersicht.md': '# Übersicht\n\nUmlaute im Namen.\n',
  'docs/with space.md': '# A name with a space\n',
  'data/large.csv': `id,value\n${lines(90_000, (index) => `${index},${(index * 7919) % 100_003}`)}\n`,
  'data/windows.txt': 'first\r\nsecond\r\n',
  'data/no-newline.txt': 'the last line has no end',
  '.github/workflows/ci.yml':
    'name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n',
  '.github/CODEOWNERS': '* @grace\n',
  '.gitmodules': '[submodule "vendor/colors"]\n\tpath = vendor/colors\n\turl = https://github.com/acme/colors.git\n',
  'vendor/colors': { mode: '160000', sha: '1f2e3d4c5b6a798081929394a5b6c7d8e9f00112' },
};
