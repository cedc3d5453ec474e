import { join } from 'node:path';
import { entriesOf } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { readHead } from './survey.ts';

/** So many times that a run goes back, what was further is kept; what was set aside earlier than that is removed. */
const KEPT_TIMES = 3;

/** `final.safetensors.superseded`, and from the second time on `final.safetensors.superseded-2`. */
const NAME = /\.safetensors\.superseded(?:-(\d{1,9}))?$/;

interface Superseded {
  readonly path: string;
  /** At which time that the run went back it was set aside: 1, 2, ... */
  readonly time: number;
}

function supersededIn(folder: string, files: FileSystem): readonly Superseded[] {
  return entriesOf(folder, files).flatMap((name) => {
    const match = NAME.exec(name);
    return match === null ? [] : [{ path: join(folder, name), time: Number(match[1] ?? 1) }];
  });
}

/**
 * The number of the next time that the run in `folder` goes back: what is set aside then has it in its names, so that they tell in which order.
 * @throws {StorageError} `read-failed`
 */
export const nextTimeBack = (folder: string, files: FileSystem = nodeFiles): number =>
  1 + Math.max(0, ...supersededIn(folder, files).map(({ time }) => time));

/**
 * Removes the checkpoints of `run` in `folder` that were set aside as superseded, but for those of the last times that it went back. What is
 * another run's, or cannot be read, stays.
 * @returns those that were removed
 * @throws {StorageError} `read-failed`, and what `files.remove` throws
 */
export async function removeOldSuperseded(
  folder: string,
  run: string,
  files: FileSystem = nodeFiles,
): Promise<readonly string[]> {
  const oldest = nextTimeBack(folder, files) - KEPT_TIMES;
  const old = supersededIn(folder, files).filter(
    ({ path, time }) => time < oldest && readHead(path, files)?.run === run,
  );
  for (const { path } of old) await files.remove(path);
  return old.map(({ path }) => path);
}
