import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { nodeFiles, type FileSystem, type OpenFile } from './file-system.ts';
import { systemCodeOf, writeError } from './storage-error.ts';

const TEMPORARY = /^\..+\.[0-9a-f]{16}\.lockstep-tmp$/;

/** What file systems answer that cannot sync a folder; a rename is durable there without it, or nothing can be done. */
const CANNOT_SYNC_FOLDER = ['EINVAL', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES'];

/**
 * Writes a file so that whoever reads `path`, also after a crash at any moment, finds the old content whole or the new content
 * whole: a temporary file in the same folder, fsync, rename, fsync of the folder. A failure removes the temporary.
 * @param data the whole content, or its parts in order
 * @param mode permissions, from the first moment on; those of any new file when left out
 * @throws {StorageError} `disk-full`, `write-failed`
 */
export async function writeFileAtomically(
  path: string,
  data: Uint8Array | Iterable<Uint8Array>,
  files: FileSystem = nodeFiles,
  mode?: number,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(8).toString('hex')}.lockstep-tmp`);
  try {
    const opened = files.open(temporary, 'wx', mode);
    await writeDurably(opened, data instanceof Uint8Array ? [data] : data);
    await files.rename(temporary, path);
    await syncFolder(files, folder);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined);
    throw writeError(path, error);
  }
}

/**
 * Removes what writers that were killed left in `folder`. Call it before the first write: a folder belongs to one run, so no
 * other writer is at work in it.
 * @returns the names removed
 * @throws {StorageError} `write-failed`
 */
export async function removeStaleTemporaries(
  folder: string,
  files: FileSystem = nodeFiles,
): Promise<string[]> {
  try {
    const stale = files.list(folder).filter(isTemporary);
    for (const name of stale) await files.remove(join(folder, name));
    return stale;
  } catch (error) {
    throw writeError(folder, error);
  }
}

/** Whether that is the name of a file that is being written, or that a killed writer left. */
export const isTemporary = (path: string): boolean => TEMPORARY.test(basename(path));

async function writeDurably(opened: Promise<OpenFile>, chunks: Iterable<Uint8Array>): Promise<void> {
  await using(await opened, async (handle) => {
    for (const chunk of chunks) await handle.writeFile(chunk);
    await handle.sync();
  });
}

async function syncFolder(files: FileSystem, folder: string): Promise<void> {
  try {
    await using(await files.open(folder, 'r'), (handle) => handle.sync());
  } catch (error) {
    if (!CANNOT_SYNC_FOLDER.includes(systemCodeOf(error))) throw error;
  }
}

async function using(handle: OpenFile, work: (handle: OpenFile) => Promise<void>): Promise<void> {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}
