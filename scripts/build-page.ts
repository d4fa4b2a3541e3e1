// Builds the dashboard's page into packages/dashboard/dist/page, when anything it is made of has changed.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { keepChunksMs, repository, writeWhole } from './bundle.ts';

const dashboard = path.join(repository, 'packages', 'dashboard');
const source = path.join(dashboard, 'page');
const target = path.join(dashboard, 'dist', 'page');
/** Beside the page, so that it is not served. */
const stamp = path.join(dashboard, 'dist', 'page.stamp');

/** Safe beside a running dashboard and other builds: files appear complete, `index.html` last, and old ones stay for a week. */
export async function buildPage(): Promise<void> {
  const made = await hashOfSources();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === made && (await exists(path.join(target, 'index.html'))))
    return;
  const work = `${target}-${randomBytes(4).toString('hex')}`;
  try {
    await runVite(work);
    const files = await filesBelow(work);
    const names = files.map((file) => path.relative(work, file));
    for (const name of names.toSorted(indexLast)) {
      await writeWhole(path.join(target, name), await readFile(path.join(work, name)));
    }
    await removeOld(new Set(names.map((name) => path.join(target, name))));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await writeWhole(stamp, Buffer.from(made));
}

const indexLast = (a: string, b: string): number => Number(a === 'index.html') - Number(b === 'index.html');

/** In a process of its own: React's development build is taken wherever NODE_ENV says anything but production. */
async function runVite(outDir: string): Promise<void> {
  const vite = path.join(dashboard, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', source, '--outDir', outDir, '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' } });
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const own = await filesBelow(source);
  for (const file of [...own.toSorted(), path.join(repository, 'pnpm-lock.yaml')]) {
    hash.update(path.relative(repository, file)).update('\0');
    hash.update(await readFile(file)).update('\0');
  }
  return hash.digest('hex');
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** A browser that has the page open may still ask for a part of the build it came from. */
async function removeOld(current: ReadonlySet<string>): Promise<void> {
  const assets = path.join(target, 'assets');
  for (const name of await readdir(assets)) {
    const file = path.join(assets, name);
    if (current.has(file)) continue;
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() })); // Another build removed it.
    if (Date.now() - mtimeMs > keepChunksMs) await rm(file, { force: true });
  }
}
