// Bundles each runnable package into dist/: one file to start fast, chunks for what is loaded on first use.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type OutputFile } from 'esbuild';
import { ourServers } from '../packages/core/src/connect/servers.ts';
import { builtinModulesPlugin } from './builtin-modules.ts';

export const repository = fileURLToPath(new URL('..', import.meta.url));
const packages: readonly string[] = [...ourServers.map(({ folder }) => folder), 'cli', 'dashboard'];

/** Threads of a package: files of their own beside its main one, by name. */
const threads: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  github: { 'match-worker': 'src/read/logs/match-worker.ts' },
  internet: { 'page-worker': 'src/page/worker.ts' },
};

/**
 * Flags of V8 set before anything is loaded. What a large page passes through would grow the young generation of the internet server
 * by some 35 MiB, which stay: no setting in code bounds that of a main thread.
 */
const v8Flags: Readonly<Record<string, string>> = { internet: '--semi-space-growth-factor=1' };
const settingFlags = (flags: string | undefined): string =>
  flags === undefined ? '' : `import { setFlagsFromString } from 'node:v8';\nsetFlagsFromString('${flags}');\n`;

/** Where the runnable file of a package lies. */
export const entryOf = (name: string): string => path.join(repository, 'packages', name, 'dist', 'main.js');

/** How everything that is run is bundled: the servers, and the floors that benchmarks compare them with. */
export const bundling = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22.18',
  conditions: ['@mcp-servers/source'],
  external: ['pg-native'],
  // jsonc-parser's `main` hides its parts in calls that no bundler follows.
  mainFields: ['module', 'main'],
  plugins: [builtinModulesPlugin],
  // CommonJS parts of dependencies call require() for Node's own modules.
  banner: { js: "const require = process.getBuiltinModule?.('node:module').createRequire(import.meta.url);" },
  // Less to read and to keep: 8 MiB of a server's memory. Names stay, for logs and stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** A server that runs may still load a chunk of the build it was started from. */
export const keepChunksMs = 7 * 24 * 3_600_000;

/**
 * Builds everything that is run from dist/, in under a second. Safe beside running servers and other builds: a file that would
 * not change is not written, and the others appear complete, entries last.
 */
export async function bundlePackages(): Promise<void> {
  await Promise.all(packages.map(bundlePackage));
}

async function bundlePackage(name: string): Promise<void> {
  const folder = path.join(repository, 'packages', name);
  const dist = path.join(folder, 'dist');
  const shared = {
    ...bundling,
    outdir: dist,
    absWorkingDir: repository,
    write: false,
    splitting: true,
    chunkNames: 'chunk-[name]-[hash]',
    sourcemap: 'linked',
    sourcesContent: false,
  } as const;
  const main = await build({
    ...shared,
    stdin: {
      contents: `import '../../scripts/node-version.ts';\n${settingFlags(v8Flags[name])}import '../../scripts/compile-cache.ts';\nawait import('./src/main.ts');`,
      resolveDir: folder,
      sourcefile: `packages/${name}/main.ts`,
    },
    entryNames: 'main',
  });
  const entryPoints = Object.entries(threads[name] ?? {}).map(([out, file]) => ({ in: path.join(folder, file), out }));
  const others = await build({ ...shared, entryPoints, entryNames: '[name]' });
  const outputFiles = [...main.outputFiles, ...others.outputFiles];
  await copyMigrations(path.join(dist, 'migrations'));
  for (const file of outputFiles.toSorted(entriesLast)) await writeWhole(file.path, file.contents);
  await removeOldChunks(dist, new Set(outputFiles.map((file) => path.basename(file.path))));
}

const entriesLast = (a: OutputFile, b: OutputFile): number => Number(isEntry(a)) - Number(isEntry(b));
const isEntry = (file: OutputFile): boolean => path.basename(file.path).startsWith('main.');

async function copyMigrations(target: string): Promise<void> {
  const source = path.join(repository, 'migrations');
  const names = (await readdir(source)).filter((name) => name.endsWith('.sql'));
  for (const name of names) await writeWhole(path.join(target, name), await readFile(path.join(source, name)));
  for (const name of await readdir(target)) {
    if (name.endsWith('.sql') && !names.includes(name)) await rm(path.join(target, name), { force: true });
  }
}

export async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  const now = new Date();
  const same = await readFile(file).then(
    (there) => there.equals(content),
    () => false,
  );
  if (same) return utimes(file, now, now);
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function removeOldChunks(dist: string, current: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(dist)) {
    if (current.has(name) || !/^chunk-.*\.js(\.map)?$|\.tmp$/.test(name)) continue;
    const file = path.join(dist, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() })); // Another build removed it.
    if (Date.now() - mtimeMs > keepChunksMs) await rm(file, { force: true });
  }
}
