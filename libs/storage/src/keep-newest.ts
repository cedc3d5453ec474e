import { FINAL_CHECKPOINT_NAME } from './checkpoint-files.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';
import { StorageError, writeError } from './storage-error.ts';
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
 * @throws {StorageError} `read-failed`, `write-failed`, `bad-argument` for a count below 1
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
  // The least first: whoever is interrupted here leaves the furthest.
  for (const path of old.toReversed()) {
    await files.remove(path).catch((error: unknown) => {
      throw writeError(path, error);
    });
  }
  return old;
}
