import { FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { describeCause, StorageError } from './storage-error.ts';
import { surveyCheckpoints } from './survey.ts';

export interface KeepOptions {
  /** How many stay. */
  readonly count: number;
  /** Whose: checkpoints of another run, or of one that nobody can tell, are never touched. */
  readonly run: string | undefined;
  /** The path of the one that was just written: it stays, however far the others are. */
  readonly written?: string;
}

/**
 * Deletes the step checkpoints of a run in `folder` but for those that are furthest, and never anything else: a step and a term
 * are what the file says.
 * @returns the paths that were deleted, the furthest first
 * @throws {StorageError} `bad-argument` for a count below 1; `read-failed`; `lock-lost`, at once; `write-failed` when one could not be
 * deleted, after all others were
 */
export async function keepNewestCheckpoints(
  folder: string,
  { count, run, written }: KeepOptions,
  files: FileSystem = nodeFiles,
): Promise<string[]> {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new StorageError('bad-argument', `${count} checkpoints to keep; keep at least 1`);
  }
  const old = surveyCheckpoints(folder, files)
    .filter(({ name, head }) => name !== FINAL_CHECKPOINT_NAME && head !== undefined && head.run === run)
    .map(({ path }) => path)
    .slice(count)
    .filter((path) => path !== written);
  let failure: StorageError | undefined;
  // The least first: whoever is interrupted here leaves the furthest.
  for (const path of old.toReversed()) {
    try {
      await files.remove(path);
    } catch (error) {
      const problem = removeError(path, error);
      if (problem.code === 'lock-lost') throw problem;
      failure ??= problem;
    }
  }
  if (failure !== undefined) throw failure;
  return old;
}

function removeError(path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const detail = `cannot remove ${path} (${describeCause(error)}); check its permissions and the folder's, or remove it`;
  return new StorageError('write-failed', detail, { cause: error });
}
