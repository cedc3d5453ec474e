export * from './atomic-write.ts';
export * from './checkpoint-files.ts';
export * from './datasets.ts';
export { FolderCheckpoints } from './folder-checkpoints.ts';
export * from './journal.ts';
export { StorageError, type StorageErrorCode } from './storage-error.ts';
export { assertWritable } from './writable.ts';
