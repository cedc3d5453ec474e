import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assertWritable, lockFolder, removeIfEmpty, type FolderLock } from '@lockstep/storage';
import { RUNS_FOLDER } from './known-runs.ts';

/** A folder that is this process's alone. */
export interface ClaimedFolder {
  readonly path: string;
  readonly lock: FolderLock;
  /** Lets go of it, and leaves everything as it was: folders that were made for it and hold nothing go again. */
  abandon(): void;
}

/**
 * Makes a run's folder where it is not there, and takes it for this process alone. Beside the lock nothing is written.
 * @param folder undefined for a new one below `runs/`, which carries the dataset's name
 * @throws {StorageError} `locked`, `not-a-folder`, `not-writable`, `disk-full`
 */
export async function claimFolder(
  folder: string | undefined,
  { datasetName, now, say }: { readonly datasetName: string; readonly now: Date; say(text: string): void },
): Promise<ClaimedFolder> {
  const made: string[] = [];
  const removeMade = (): void => made.toReversed().forEach(removeIfEmpty);
  try {
    if (folder === undefined) made.push(...assertWritable(RUNS_FOLDER));
    const path = folder ?? makeNewFolder(datasetName, now);
    if (folder === undefined) made.push(path);
    else made.push(...assertWritable(path));
    const lock = await lockFolder(path, { say });
    return {
      path,
      lock,
      abandon() {
        lock.release();
        removeMade();
      },
    };
  } catch (error) {
    removeMade();
    throw error;
  }
}

/** Characters of a dataset's name in that of a folder: file systems take 255 bytes, and the longest names are mistakes. */
const MOST_NAME = 100;

/** runs/20261124-093005-mnist, with a number behind it when two runs start within a second. */
function makeNewFolder(datasetName: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const name = basename(datasetName)
    .replace(/[^\w.-]/g, '_')
    .slice(0, MOST_NAME);
  const path = join(RUNS_FOLDER, `${stamp}-${name}`);
  for (let count = 2, candidate = path; ; candidate = `${path}-${count++}`) {
    try {
      mkdirSync(candidate); // of two who try, one makes it
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
