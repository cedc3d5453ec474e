import { findHeader, headBytesOf, PREFIX_BYTES } from './header.ts';
import { type CheckpointFacts, factsOf, readMetadata } from './metadata.ts';

/** What a checkpoint says of itself before its tensors. Nobody has compared it with the digest: that needs the whole file. */
export type CheckpointHead = CheckpointFacts;

/** Bytes at a file's beginning that say how long its head is. */
export const HEAD_PREFIX_BYTES = PREFIX_BYTES;

/**
 * Bytes of a file's head, its prefix included.
 * @param prefix the file's first `HEAD_PREFIX_BYTES`
 * @throws {CheckpointError} `truncated`, `not-a-checkpoint`
 */
export const headLengthOf = (prefix: Uint8Array): number => headBytesOf(prefix);

/**
 * Reads a checkpoint's head alone: a large file need not be read to know what it is.
 * @param bytes the file, or at least its head
 * @throws {CheckpointError} `truncated`, `not-a-checkpoint`, `bad-header`, `bad-metadata`
 */
export function decodeHead(bytes: Uint8Array): CheckpointHead {
  return factsOf(readMetadata(findHeader(bytes).header.__metadata__));
}
