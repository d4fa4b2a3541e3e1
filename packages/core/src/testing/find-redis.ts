import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface RedisProgram {
  command: string;
  /** What it needs besides the environment it is given. */
  env: Record<string, string>;
}

/**
 * `redis-server` from the PATH, else Debian's package unpacked below `cache` without root or installation.
 * Undefined where neither works: no apt-get, no package lists, no network.
 */
export async function findRedis(
  options: { searchPath?: string; cache?: string } = {},
): Promise<RedisProgram | undefined> {
  const { searchPath = process.env.PATH ?? '', cache = path.join(repository, '.cache', 'redis') } = options;
  for (const folder of searchPath.split(path.delimiter).filter(Boolean)) {
    const command = path.join(folder, 'redis-server');
    if (await isExecutable(command)) return { command, env: {} };
  }
  return (await unpacked(cache)) ?? (await unpack(cache));
}

const repository = path.resolve(import.meta.dirname, '../../../..');

async function unpacked(folder: string): Promise<RedisProgram | undefined> {
  const command = path.join(folder, 'usr/bin/redis-server');
  if (!(await isExecutable(command))) return undefined;
  const lib = path.join(folder, 'usr/lib');
  const system = (await readdir(lib)).find((name) => name.includes('-linux-gnu')) ?? '';
  const env = { LD_LIBRARY_PATH: path.join(lib, system) };
  return run(command, ['--version'], { env }).then(
    () => ({ command, env }),
    () => undefined, // A library is missing or the processor is another one.
  );
}

/** Unpacks beside and renames: of processes that do it at once, one wins and the others use its folder. */
async function unpack(cache: string): Promise<RedisProgram | undefined> {
  await mkdir(path.dirname(cache), { recursive: true });
  const work = await mkdtemp(`${cache}-`);
  try {
    const tree = path.join(work, 'tree');
    await run('apt-get', ['download', 'redis-server', 'redis-tools', ...(await libraries())], { cwd: work });
    for (const name of await readdir(work)) {
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', path.join(work, name), tree]);
    }
    await rename(tree, cache);
  } catch {
    // No apt-get, no lists, no network, or another process was first: what is there now decides.
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return unpacked(cache);
}

/** Direct dependencies only: apt itself needs the C++ runtime and libsystemd. */
async function libraries(): Promise<string[]> {
  const { stdout } = await run('apt-cache', ['depends', '--important', 'redis-tools']);
  const names = [...stdout.matchAll(/^ *\|?Depends: (lib\S+)$/gm)].map(([, name = '']) => name);
  return names.filter((name) => !/^lib(c6|stdc|gcc|systemd|elogind)/.test(name));
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
