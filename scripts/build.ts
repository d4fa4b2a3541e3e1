// Bundles each runnable package into dist/: one file to start fast, chunks for what is loaded on first use.
import { cp, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url);
const path = (relative: string): string => new URL(relative, root).pathname;

for (const name of ['goals', 'cli']) {
  const dist = path(`packages/${name}/dist/`);
  await build({
    entryPoints: [path(`packages/${name}/src/main.ts`)],
    outdir: dist,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node22.18',
    conditions: ['@mcp-servers/source'],
    external: ['pg-native'],
    // CommonJS parts of dependencies call require() for Node's own modules.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  await rm(`${dist}migrations`, { recursive: true, force: true });
  await cp(path('migrations/'), `${dist}migrations`, { recursive: true });
}
