import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundling } from '../scripts/bundle.ts';

export interface Floors {
  bare: string;
  sdk: string;
  requests: string;
  statements: typeof import('./floors/statements.ts');
}

const here = fileURLToPath(new URL('.', import.meta.url));
const out = fileURLToPath(new URL('../.cache/bench/', import.meta.url));
const source = (name: string): string => fileURLToPath(new URL(`floors/${name}.ts`, import.meta.url));

/** Bundles the floors. The one on the SDK the way the servers are, compile cache included, so that both start alike. */
export async function buildFloors(): Promise<Floors> {
  const outExtension = { '.js': '.mjs' };
  await Promise.all([
    build({ ...bundling, entryPoints: ['bare', 'requests', 'statements'].map(source), outdir: out, outExtension }),
    build({
      ...bundling,
      splitting: true,
      stdin: { contents: "import '../scripts/compile-cache.ts'; await import('./floors/sdk.ts');", resolveDir: here },
      entryNames: 'sdk',
      outdir: out,
      outExtension,
    }),
  ]);
  return {
    ...{ bare: `${out}bare.mjs`, sdk: `${out}sdk.mjs`, requests: `${out}requests.mjs` },
    statements: await import(`${out}statements.mjs`),
  };
}

export const goalsServer = fileURLToPath(new URL('../packages/goals/dist/main.js', import.meta.url));
