import { basename, dirname, join } from 'node:path';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { describeCause, StorageError, systemCodeOf, writeError } from './storage-error.ts';

const STEP_NAME = /^step-(\d{6,15})\.safetensors$/;

/** The name of the checkpoint a finished run leaves. */
export const FINAL_CHECKPOINT_NAME = 'final.safetensors';

/** The name of the checkpoint of a run's best evaluation. No run goes on from it unless somebody names it. */
export const BEST_CHECKPOINT_NAME = 'best.safetensors';

/** A checkpoint of a run that may go on, found by its name; nothing of its content is known. */
export interface CheckpointFile {
  readonly path: string;
  readonly name: string;
  /** Committed steps when it was written, as its name says. */
  readonly step: number;
}

/**
 * `step-000300.safetensors`: six digits, more when the step needs them, so that names sort by step.
 * @throws {StorageError} `bad-argument`
 */
export function checkpointFileName(step: number): string {
  if (!Number.isSafeInteger(step) || step < 0 || step >= 1e15) {
    throw new StorageError('bad-argument', `${step} is no step number; give an integer from 0`);
  }
  return `step-${String(step).padStart(6, '0')}.safetensors`;
}

/**
 * The step checkpoints in `folder`, newest first; none when the folder is not there. `final.safetensors`, temporary files and
 * whatever else lies there are not among them.
 * @throws {StorageError} `read-failed`
 */
export function listCheckpoints(folder: string, files: FileSystem = nodeFiles): CheckpointFile[] {
  return entriesOf(folder, files)
    .flatMap((name) => {
      const step = Number(STEP_NAME.exec(name)?.[1] ?? NaN);
      const isOurs = Number.isFinite(step) && checkpointFileName(step) === name;
      return isOurs ? [{ path: join(folder, name), name, step }] : [];
    })
    .sort((a, b) => b.step - a.step);
}

/** Why a checkpoint is taken out of the way; its file's name ends so from then on. */
export type AsideReason = 'damaged' | 'doubtful' | 'superseded';

/**
 * Takes a file out of the way: `.damaged`, `.doubtful` or `.superseded` behind its name, with a number where that is taken. Nothing
 * is replaced: what it is worth, a person may find out.
 * @param first the least number that it gets; 1 is left out of its name
 * @returns its new path
 * @throws {StorageError} `write-failed`, `read-failed`
 */
export async function setAside(
  path: string,
  reason: AsideReason,
  files: FileSystem = nodeFiles,
  first = 1,
): Promise<string> {
  const taken = new Set(entriesOf(dirname(path), files));
  const numbered = (count: number): string => `${path}.${reason}${count === 1 ? '' : `-${count}`}`;
  let count = first;
  while (taken.has(basename(numbered(count)))) count++;
  const aside = numbered(count);
  try {
    await files.rename(path, aside);
    return aside;
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Names of the files in `folder`; none where it is not there. @throws {StorageError} `read-failed` */
export function entriesOf(folder: string, files: FileSystem): string[] {
  try {
    return files.list(folder);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return [];
    const detail = `cannot list ${folder} (${describeCause(error)}); check that it is a readable folder`;
    throw new StorageError('read-failed', detail, { cause: error });
  }
}
