export { type Checkpoint, CHECKPOINT_REASONS, type CheckpointReason } from './checkpoint.ts';
export { CheckpointError, type CheckpointErrorCode } from './checkpoint-error.ts';
export { decodeCheckpoint, encodeCheckpoint } from './codec.ts';
export { decodeHead, HEAD_PREFIX_BYTES, headLengthOf, type CheckpointHead } from './head.ts';
