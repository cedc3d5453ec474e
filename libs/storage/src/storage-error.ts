/** Everything that can go wrong between a run and its files. */
export type StorageErrorCode =
  | 'dataset-missing'
  | 'dataset-ambiguous'
  | 'gzip-corrupt'
  | 'file-too-large'
  | 'read-failed'
  | 'write-failed'
  | 'disk-full'
  | 'not-a-folder'
  | 'not-writable'
  | 'bad-argument'
  | 'bad-record'
  | 'bad-lock'
  | 'locked'
  | 'lock-lost';

/** Names the file, what went wrong with it and what to do; the file system's own error is the cause. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  constructor(code: StorageErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}

/** The file system's own code ("ENOSPC"), or '' when `error` has none. */
export function systemCodeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** What people read of a failure that is not ours: its code or its message. */
export const describeCause = (error: unknown): string =>
  systemCodeOf(error) || (error instanceof Error ? error.message : String(error));

/** A failure to write `path`, told apart from a full disk. */
export function writeError(path: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const isFull = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemCodeOf(error));
  if (isFull) {
    return new StorageError('disk-full', `no room to write ${path}; free some space`, { cause: error });
  }
  if (systemCodeOf(error) === 'ENOENT') {
    const detail = `cannot write ${path}: its folder is not there any more (ENOENT); make it again`;
    return new StorageError('write-failed', detail, { cause: error });
  }
  const detail = `cannot write ${path} (${describeCause(error)}); check the folder and its permissions`;
  return new StorageError('write-failed', detail, { cause: error });
}
