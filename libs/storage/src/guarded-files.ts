import { isTemporary } from './atomic-write.ts';
import type { FileSystem } from './file-system.ts';

/**
 * `files`, but that nothing is made, replaced or deleted before `assertMine` was asked. A temporary file may always be removed.
 * @param assertMine throws what tells why nothing may be written any more
 */
export const guardedFiles = (files: FileSystem, assertMine: () => void): FileSystem => ({
  ...files,
  async open(path, flags, mode) {
    if (flags === 'wx') assertMine();
    return files.open(path, flags, mode);
  },
  async rename(from, to) {
    assertMine();
    return files.rename(from, to);
  },
  async remove(path) {
    if (!isTemporary(path)) assertMine();
    return files.remove(path);
  },
});
