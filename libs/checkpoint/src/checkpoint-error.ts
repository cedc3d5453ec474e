/** Everything that can be wrong with a checkpoint's bytes, or with what is to become one. */
export type CheckpointErrorCode =
  | 'truncated'
  | 'trailing-bytes'
  | 'not-a-checkpoint'
  | 'bad-header'
  | 'bad-tensors'
  | 'bad-metadata'
  | 'digest-mismatch';

/** Names what is wrong with a checkpoint and what to do about it. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code: CheckpointErrorCode;
  constructor(code: CheckpointErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.code = code;
  }
}
