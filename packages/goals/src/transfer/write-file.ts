import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { checkFileName, fileError, locateNew } from './folders.ts';

/** A file that is being written. It appears under its name when it is complete, or not at all. */
export interface NewFile extends AsyncDisposable {
  readonly path: string;
  write(text: string): Promise<void>;
  /** Makes it appear; answers its size in bytes. Throws ConflictError when something has the name. */
  publish(): Promise<number>;
}

/** Begins a new file (mode 0600) in an allowed folder, beside its name; disposing of it removes what was not published. */
export async function createFile(folders: readonly string[], file: string): Promise<NewFile> {
  const { folder, name } = await locateNew(folders, file);
  checkFileName(name);
  const target = path.join(folder, name);
  const temporary = path.join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  let handle: FileHandle | undefined = await open(temporary, flags, 0o600).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const close = async () => {
    const open = handle;
    handle = undefined;
    await open?.close();
  };
  let bytes = 0;
  return {
    path: target,
    async write(text) {
      const data = Buffer.from(text);
      await handle?.writeFile(data).catch((error: unknown) => {
        throw fileError(error, target);
      });
      bytes += data.length;
    },
    async publish() {
      try {
        await handle?.sync();
        await close();
        await publish(temporary, target);
      } catch (error) {
        throw fileError(error, target);
      }
      await syncFolder(folder);
      return bytes;
    },
    async [Symbol.asyncDispose]() {
      await close().catch(() => undefined); // The file goes in any case.
      await rm(temporary, { force: true });
    },
  };
}

/** A second name never replaces a file, unlike a rename. */
async function publish(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    // A disk without second names: the name is taken first, then replaced.
    await (await open(target, 'wx', 0o600)).close();
    await rename(temporary, target);
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
