/**
 * The files of a run, and of the data it learns from: atomic writes, checkpoints by name and which one to go on from, the journal in
 * parts, the record of which run a folder belongs to, its lock, tokens, spare places for the last checkpoint; dataset folders and
 * MNIST's package. For the coordinator and the CLI.
 *
 * A file is either as it was or whole, also when the machine loses power in between. What lies in a folder is judged by what it says,
 * not by its name; what cannot be read is passed over with a warning; nothing of another run is replaced or deleted. Every failure is
 * a `StorageError` that names the file and a remedy. All that has to outlive a crash goes through `FileSystem`, which tests and the
 * simulation make up.
 *
 * It knows bytes and names; what is in a checkpoint is `checkpoint`'s, what is in a dataset `data`'s. `./testing` has small datasets.
 */

export * from './atomic-write.ts';
export {
  BEST_CHECKPOINT_NAME,
  checkpointFileName,
  FINAL_CHECKPOINT_NAME,
  listCheckpoints,
  setAside,
  type AsideReason,
  type CheckpointFile,
} from './checkpoint-files.ts';
export * from './dataset-places.ts';
export * from './datasets.ts';
export { nodeFiles, type FileSystem, type OpenFile } from './file-system.ts';
export { FolderCheckpoints, type FolderCheckpointsOptions } from './folder-checkpoints.ts';
export { guardedFiles } from './guarded-files.ts';
export * from './journal.ts';
export { isFolder, kindOf } from './kind-of.ts';
export { JOURNAL_NAME, journalParts, type JournalPart } from './journal-parts.ts';
export { lockFolder, type FolderLock, type FolderLockOptions } from './lock/folder-lock.ts';
export * from './run-record.ts';
export { StorageError, type StorageErrorCode } from './storage-error.ts';
export { newestResumption, readResumption, resumptionAt, type Resumption } from './resumption.ts';
export { keepNewestCheckpoints } from './keep-newest.ts';
export { ownCheckpoints, type OwnCheckpoints } from './own-checkpoints.ts';
export { nextTimeBack, removeOldSuperseded } from './superseded.ts';
export { bestHeadIn } from './survey.ts';
export * from './token-file.ts';
export { SpareCheckpoints } from './spare-checkpoints.ts';
export { nextTerm, TERM_NAME } from './term.ts';
export { assertWritable, removeIfEmpty } from './writable.ts';
