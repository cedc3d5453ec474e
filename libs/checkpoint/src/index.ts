/**
 * A checkpoint as bytes, and back: weights, committed step, term, reason and configuration in one safetensors file, which other
 * programs read too. For `shell`, which writes them, `storage`, which finds them, and `evaluate`.
 *
 * Writing is canonical: equal checkpoints are equal bytes, and a sha256 over the whole file is part of it, so no bit changes
 * unnoticed. `decodeCheckpoint` takes any bytes a stranger may have made and throws nothing but `CheckpointError`; `decodeHead` says
 * what a file claims of itself without reading its weights. The configuration comes back as plain JSON: whoever resumes validates it.
 *
 * It knows no file, folder or name: those are `storage`'s.
 */

export { type Checkpoint, CHECKPOINT_REASONS, type CheckpointReason } from './checkpoint.ts';
export { CheckpointError, type CheckpointErrorCode } from './checkpoint-error.ts';
export { decodeCheckpoint, encodeCheckpoint } from './codec.ts';
export { decodeHead, HEAD_PREFIX_BYTES, headLengthOf, type CheckpointHead } from './head.ts';
