/** Everything that can be wrong with a dataset's bytes or with a request for its rows. */
export type DataErrorCode =
  | 'idx-magic'
  | 'idx-type'
  | 'idx-shape'
  | 'idx-truncated'
  | 'idx-trailing-bytes'
  | 'empty-dataset'
  | 'count-mismatch'
  | 'feature-mismatch'
  | 'target-mismatch'
  | 'target-not-finite'
  | 'label-out-of-range'
  | 'untrained-class'
  | 'sparse-classes'
  | 'bad-standardisation'
  | 'bad-sampling'
  | 'row-out-of-range'
  | 'buffer-length';

/** Names what is wrong with the data and what to do about it. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly code: DataErrorCode;
  constructor(code: DataErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
