import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { connect } from './client.fixture.ts';
import { test, withHome } from './home.fixture.ts';
import { locateBinaries } from './locate.ts';
import { machineTag } from './temporary.ts';

const windows = process.platform === 'win32';
const root = process.geteuid?.() === 0;

/** The package as npm unpacks it without install scripts: no links, and here no execute bits either. */
function freshPackage(folder: string): string {
  const native = path.join(folder, 'native');
  cpSync(locateBinaries({ major: 17 }), native, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of links) rmSync(path.join(folder, target), { force: true });
  for (const name of ['postgres', 'initdb', 'pg_ctl']) chmodSync(path.join(native, 'bin', name), 0o644);
  return folder;
}

test.skipIf(windows)('links and execute bits that the package lost are restored', async () => {
  await using home = withHome();
  const binaries = freshPackage(path.join(home.home, 'package'));
  expect((await home.embedded({ binaries }).ensure()).started).toBe(true);
  expect(readdirSync(home.home).toSorted()).toEqual(['package', 'pg17']);
});

test.skipIf(windows)(
  'a package the server cannot use in place is copied once, whatever a killed copy left',
  async () => {
    await using home = withHome();
    using stack = new DisposableStack();
    const folder = path.join(home.home, 'private');
    mkdirSync(folder);
    const binaries = freshPackage(path.join(folder, 'package'));
    // Root: the server's user cannot enter. Anybody else: the links cannot be restored in place.
    if (root) chmodSync(folder, 0o700);
    else for (const name of ['lib', 'bin']) chmodSync(path.join(binaries, 'native', name), 0o555);
    stack.defer(() => {
      for (const name of ['lib', 'bin']) chmodSync(path.join(binaries, 'native', name), 0o755);
    });
    const abandoned = path.join(home.home, `runtime-0123456789ab.tmp-${machineTag}-2147483646-01234567`);
    mkdirSync(abandoned);
    writeFileSync(path.join(abandoned, 'half'), '');

    const embedded = home.embedded({ binaries });
    await using session = await connect(await embedded.ensure());
    await session.client.query(`DO $$ BEGIN PERFORM 1; END $$`);
    await embedded.stop();
    expect((await embedded.ensure()).started).toBe(true);
    const runtimes = readdirSync(home.home).filter((name) => name.startsWith('runtime-'));
    expect(runtimes).toEqual([expect.stringMatching(/^runtime-[0-9a-f]{12}$/)]);
    expect(existsSync(abandoned)).toBe(false);
  },
);

test.skipIf(!root)('a home the server cannot reach is refused with the folder that is in the way', async () => {
  await using home = withHome();
  const closed = path.join(home.home, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const start = home.embedded({ home: path.join(closed, 'home') }).ensure();
  await expect(start).rejects.toMatchObject({
    details: { reason: 'path' },
    message: expect.stringContaining(closed),
    hint: expect.stringContaining('chmod'),
  });
});

test('a home that is a file is refused', async () => {
  await using home = withHome();
  const file = path.join(home.home, 'file');
  writeFileSync(file, '');
  await expect(home.embedded({ home: file }).ensure()).rejects.toMatchObject({ details: { reason: 'path' } });
  await expect(home.embedded({ home: path.join(file, 'below') }).ensure()).rejects.toMatchObject({
    details: { reason: 'path' },
  });
});

test.skipIf(root || windows)('a home without permission to write is refused', async () => {
  await using home = withHome();
  chmodSync(home.home, 0o500);
  await expect(home.embedded().ensure()).rejects.toMatchObject({ details: { reason: 'permission' } });
  chmodSync(home.home, 0o700);
});
