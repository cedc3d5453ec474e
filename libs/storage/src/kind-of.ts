import { statSync } from 'node:fs';
import { systemCodeOf } from './storage-error.ts';

/** What is at `path`, through links: `file`, `folder`, or words for people of anything else. Never throws. */
export function kindOf(path: string): string {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return 'file';
    return stats.isDirectory() ? 'folder' : 'no plain file';
  } catch (error) {
    const code = systemCodeOf(error);
    return code === 'ENOENT' ? 'a link that leads nowhere' : `out of reach (${code})`;
  }
}

/** Whether `path` is a folder, or leads to one; false also where that cannot be looked at. */
export const isFolder = (path: string): boolean => kindOf(path) === 'folder';
